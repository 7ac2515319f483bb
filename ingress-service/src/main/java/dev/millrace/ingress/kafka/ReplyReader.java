package dev.millrace.ingress.kafka;

import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.answer.ReplyPart;
import dev.millrace.ingress.answer.Signal;
import dev.millrace.ingress.answer.SignalSink;
import dev.millrace.schemas.Reply;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;

/// Reads this instance's partition of the reply topic, from a position that is fixed before the
/// first request is sent, and hands each reply to the request that waits for it. No consumer group:
/// nothing is committed, and nobody can take the partition away. Replies to other instances' or to
/// answered requests are dropped unread.
public final class ReplyReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyReader.class);

    private record Position(TopicPartition partition, long offset) {}

    private final KafkaLog log;
    private final String instance;
    private final PendingAnswers pending;
    private final Runnable unknownReply;
    private final Deserializer<Reply> deserializer;
    private volatile @Nullable Position position;
    private @Nullable KafkaMessageListenerContainer<String, byte[]> container;

    /// @param unknownReply told of every reply that nobody waits for
    public ReplyReader(
            KafkaLog log, String instance, PendingAnswers pending, Runnable unknownReply) {
        this.log = log;
        this.instance = instance;
        this.pending = pending;
        this.unknownReply = unknownReply;
        this.deserializer = log.serdes().deserializer(Reply.class);
    }

    /// The partition to name in requests; empty until its position is fixed.
    public OptionalInt partition() {
        Position now = position;
        return now == null ? OptionalInt.empty() : OptionalInt.of(now.partition().partition());
    }

    /// Fixes the position at the partition's end, and starts to read.
    ///
    /// @throws KafkaException if the log does not tell
    synchronized void start(Admin admin) throws InterruptedException {
        String topic = log.topics().replies().name();
        try {
            TopicDescription replies =
                    admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .values()
                            .iterator()
                            .next();
            int partitions = replies.partitions().size();
            TopicPartition mine =
                    new TopicPartition(topic, Math.floorMod(instance.hashCode(), partitions));
            long end =
                    admin.listOffsets(Map.of(mine, OffsetSpec.latest()))
                            .partitionResult(mine)
                            .get()
                            .offset();
            read(new Position(mine, end));
        } catch (ExecutionException e) {
            throw new KafkaException("cannot resolve the reply position", e.getCause());
        }
    }

    /// Goes on reading where it stopped, if it did.
    synchronized void keepRunning() {
        Position last = position;
        if (container != null && last != null && !container.isRunning()) {
            LOG.error("event=reply_reader_stopped action=restart offset={}", last.offset());
            read(last);
        }
    }

    @Override
    public synchronized void close() {
        if (container != null) {
            container.stop();
        }
        deserializer.close();
    }

    private void read(Position from) {
        Map<String, Object> settings = new HashMap<>(log.settings(Map.of()));
        settings.put("client.id", instance + "-replies");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.partition.fetch.bytes", log.topics().layout().maxRecordBytes());
        ContainerProperties properties =
                new ContainerProperties(
                        new TopicPartitionOffset(
                                from.partition().topic(),
                                from.partition().partition(),
                                from.offset()));
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        properties.setAuthExceptionRetryInterval(Duration.ofSeconds(5));
        properties.setMessageListener((BatchMessageListener<String, byte[]>) this::deliver);
        KafkaMessageListenerContainer<String, byte[]> next =
                new KafkaMessageListenerContainer<>(
                        new DefaultKafkaConsumerFactory<>(
                                settings, new StringDeserializer(), new ByteArrayDeserializer()),
                        properties);
        next.setBeanName(instance + "-replies");
        position = from;
        container = next;
        next.start();
    }

    private void deliver(List<ConsumerRecord<String, byte[]>> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            List<SignalSink> waiting = requestId(record.key()).map(pending::of).orElse(List.of());
            if (waiting.isEmpty()) {
                unknownReply.run();
            } else {
                Signal signal = signal(record);
                waiting.forEach(one -> one.put(signal));
            }
        }
        ConsumerRecord<String, byte[]> last = records.getLast();
        position =
                new Position(new TopicPartition(last.topic(), last.partition()), last.offset() + 1);
    }

    private Signal signal(ConsumerRecord<String, byte[]> record) {
        try {
            Reply reply =
                    deserializer.deserialize(record.topic(), record.headers(), record.value());
            Optional<ReplyPart> part = Optional.ofNullable(reply).flatMap(ReplyRecords::part);
            if (part.isPresent()) {
                return new Signal.Arrived(part.get());
            }
            LOG.warn("request_id={} event=unknown_reply_kind", record.key());
        } catch (SerializationException e) {
            LOG.warn(
                    "request_id={} partition={} offset={} event=undecodable_reply reason=\"{}\"",
                    record.key(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
        return new Signal.Unreadable();
    }

    private static Optional<UUID> requestId(@Nullable String key) {
        if (key == null || key.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(key));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
