package dev.millrace.ingress.kafka;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/// The ingress's one producer and its one serializer. It waits for all in-sync replicas, and gives
/// up on a record after a bounded time, so that a slow log becomes an answer. Thread-safe.
public final class LogWriter implements AutoCloseable {

    /// How long the log may take.
    ///
    /// @param delivery from sending a record to its acknowledgement
    /// @param block the most that sending itself may wait, for metadata or for room in the buffer
    public record Patience(Duration delivery, Duration block) {

        /// 5 s for the acknowledgement, and 1 s for room.
        public static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(5), Duration.ofSeconds(1));
    }

    private static final int BUFFER_BYTES = 64 * 1024 * 1024;

    private final KafkaLog log;
    private final DefaultKafkaProducerFactory<String, byte[]> factory;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private final Runnable failed;

    /// @param failed told of every record that the log did not take
    public LogWriter(KafkaLog log, String instance, Patience patience, Runnable failed) {
        this.log = log;
        this.failed = failed;
        this.serializer = log.serdes().serializer();
        Map<String, Object> settings = new HashMap<>(log.settings(Map.of()));
        long delivery = patience.delivery().toMillis();
        settings.put("client.id", instance);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("linger.ms", 0);
        settings.put("max.request.size", log.topics().layout().maxRecordBytes());
        settings.put("buffer.memory", BUFFER_BYTES);
        settings.put("delivery.timeout.ms", (int) delivery);
        settings.put("request.timeout.ms", (int) Math.max(delivery * 3 / 5, 1));
        settings.put("max.block.ms", patience.block().toMillis());
        this.factory =
                new DefaultKafkaProducerFactory<>(
                        settings, new StringSerializer(), new ByteArraySerializer());
        this.producer = factory.createProducer();
    }

    Topics topics() {
        return log.topics();
    }

    /// A record of a topic.
    ///
    /// @param value null for a tombstone
    ProducerRecord<String, byte[]> record(
            Topic<?> topic, String key, @Nullable SpecificRecord value) {
        byte[] bytes = value == null ? null : serializer.serialize(topic.name(), value);
        return new ProducerRecord<>(topic.name(), key, bytes);
    }

    /// Sends a record.
    ///
    /// @param acknowledged told on the producer's thread: null when the log has the record, else
    ///   why it may not have it
    /// @throws KafkaException if the thread is interrupted while it waits for room
    void send(ProducerRecord<String, byte[]> record, Consumer<@Nullable Exception> acknowledged) {
        var _ =
                producer.send(
                        record,
                        (metadata, failure) -> {
                            if (failure != null) {
                                failed.run();
                            }
                            acknowledged.accept(failure);
                        });
    }

    /// Sends what is still in the buffer, within the patience, and closes.
    @Override
    public void close() {
        factory.setPhysicalCloseTimeout(5);
        factory.destroy();
        serializer.close();
    }
}
