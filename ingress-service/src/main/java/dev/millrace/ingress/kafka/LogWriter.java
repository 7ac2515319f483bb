package dev.millrace.ingress.kafka;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// The ingress's one producer and its one serializer. It waits for all in-sync replicas, and gives
/// up on a record after a bounded time, so that a slow log becomes an answer. Thread-safe.
///
/// It is Kafka's own producer, which starts a new epoch after a record was lost in the middle. The
/// one of Spring's factory is closed for good then, and with it the ingress.
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

    private static final long BUFFER_BYTES = 64 * 1024 * 1024;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaLog log;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private final Runnable failed;
    private final ReadWriteLock sending = new ReentrantReadWriteLock();

    /// @param failed told of every record that the log did not take
    public LogWriter(KafkaLog log, String instance, Patience patience, Runnable failed) {
        this.log = log;
        this.failed = failed;
        this.serializer = log.serdes().serializer();
        long delivery = patience.delivery().toMillis();
        this.producer =
                log.producer(
                        instance,
                        Map.of(
                                "buffer.memory",
                                BUFFER_BYTES,
                                "delivery.timeout.ms",
                                (int) delivery,
                                "request.timeout.ms",
                                (int) Math.max(delivery * 3 / 5, 1),
                                "max.block.ms",
                                patience.block().toMillis()));
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
        sending.readLock().lock();
        try {
            var _ =
                    producer.send(
                            record,
                            (metadata, failure) -> {
                                if (failure != null) {
                                    failed.run();
                                }
                                acknowledged.accept(failure);
                            });
        } finally {
            sending.readLock().unlock();
        }
    }

    /// Sends what is still in the buffer, and what waits to get there, within the patience, and
    /// closes. A producer that is closed refuses what waits for a topic's metadata.
    @Override
    public void close() {
        boolean quiet = false;
        try {
            quiet = sending.writeLock().tryLock(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            producer.close(CLOSE);
            serializer.close();
        } finally {
            if (quiet) {
                sending.writeLock().unlock();
            }
        }
    }
}
