package dev.millrace.ingress.kafka;

import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.schemas.Result;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads single results from where they lie on their topic. One at a time; thread-safe.
final class ResultReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final KafkaLog log;
    private final Topic<Result> topic;
    private final Deserializer<Result> deserializer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Consumer<String, byte[]> consumer;

    ResultReader(KafkaLog log) {
        this.log = log;
        this.topic = log.topics().results();
        this.deserializer = log.serdes().deserializer(Result.class);
    }

    /// Reads a result with its whole body.
    ///
    /// @return empty if it lies there no longer, or the log does not answer
    Optional<KeptResult> read(UUID id, KeptView.Place place) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            TopicPartition partition = partition(id);
            Result head = fetch(partition, place.offset(), id);
            if (head == null) {
                return Optional.empty();
            }
            if (head.getParts() == 1) {
                return ResultRecords.result(head);
            }
            return place.more().length == head.getParts() - 1
                    ? joined(head, place, partition)
                    : Optional.empty();
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (KafkaException e) {
            LOG.warn("request_id={} event=result_not_read reason=\"{}\"", id, e.toString());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
            deserializer.close();
        } finally {
            lock.unlock();
        }
    }

    private Optional<KeptResult> joined(
            Result head, KeptView.Place place, TopicPartition partition) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        append(body, head);
        for (long offset : place.more()) {
            Result part = fetch(partition, offset, head.getRequestId());
            if (part == null) {
                return Optional.empty();
            }
            append(body, part);
        }
        return ResultRecords.result(head, ByteBuffer.wrap(body.toByteArray()));
    }

    /// @return null if something else, or nothing, lies there
    private @Nullable Result fetch(TopicPartition partition, long offset, UUID id) {
        Consumer<String, byte[]> open = open();
        open.assign(List.of(partition));
        open.seek(partition, offset);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            for (ConsumerRecord<String, byte[]> record : open.poll(PATIENCE)) {
                return record.offset() == offset && record.key().startsWith(id.toString())
                        ? deserializer.deserialize(topic.name(), record.value())
                        : null;
            }
        }
        return null;
    }

    private Consumer<String, byte[]> open() {
        if (consumer == null) {
            consumer =
                    log.consumer(
                            "read-results",
                            Map.of("isolation.level", "read_committed", "max.poll.records", 1));
        }
        return consumer;
    }

    /// The parts of a result lie where the key of its part 0 belongs, by the default partitioner.
    private TopicPartition partition(UUID id) {
        byte[] key = id.toString().getBytes(StandardCharsets.UTF_8);
        int number = Utils.toPositive(Utils.murmur2(key)) % topic.partitions();
        return new TopicPartition(topic.name(), number);
    }

    private static void append(ByteArrayOutputStream all, Result part) {
        ByteBuffer body = part.getBody();
        if (body != null) {
            byte[] bytes = new byte[body.remaining()];
            body.duplicate().get(bytes);
            all.writeBytes(bytes);
        }
    }
}
