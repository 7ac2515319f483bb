package dev.millrace.configuration.pricebook;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.schemas.Price;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/// Puts price entries on the log, all of a kind at once: readers see every one of them or none.
public final class PricePublisher {

    /// One for a cluster, so that two who change prices exclude each other.
    private static final String TRANSACTIONAL_ID = "millrace-prices";

    private final KafkaLog log;
    private final InstantSource clock;

    public PricePublisher(KafkaLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /// Adds entries, and takes entries away. Returns when the log has them.
    ///
    /// @param added each corrects the one of the same provider, model and time, if there is one
    /// @param removed no entry of `added` among them
    /// @param progress is told how many were sent
    /// @throws KafkaException if the log does not take them, or another publisher took over;
    ///   nothing is changed then
    public void publish(
            Collection<PriceEntry> added, Collection<PriceEntry> removed, IntConsumer progress) {
        Topic<Price> topic = log.topics().prices();
        try (Producer<String, byte[]> producer =
                        log.producer(
                                "publish-prices",
                                Map.of("transactional.id", TRANSACTIONAL_ID, "linger.ms", 20));
                Serializer<Price> serializer = log.serdes().serializer()) {
            producer.initTransactions();
            producer.beginTransaction();
            int sent = 0;
            for (PriceEntry entry : added) {
                byte[] value =
                        serializer.serialize(
                                topic.name(), PriceRecords.record(entry, clock.instant()));
                producer.send(new ProducerRecord<>(topic.name(), PriceRecords.key(entry), value));
                progress.accept(++sent);
            }
            for (PriceEntry entry : removed) {
                producer.send(new ProducerRecord<>(topic.name(), PriceRecords.key(entry), null));
                progress.accept(++sent);
            }
            producer.commitTransaction();
        }
    }
}
