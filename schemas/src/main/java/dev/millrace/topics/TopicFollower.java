package dev.millrace.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads every partition of one topic on a thread of its own, without a consumer group, and hands
/// each record to a listener: how a service keeps its own view of the configuration, of the other
/// services' heartbeats, or of the costs. Undecodable records are logged and passed over.
///
/// @param <V> the class of the topic's values
public final class TopicFollower<V extends SpecificRecord> implements AutoCloseable {

    /// Where to start reading.
    public enum From {
        /// With the oldest record that the topic keeps.
        BEGINNING,
        /// With the first record written after the start.
        END
    }

    /// Takes the records, on the follower's thread, one at a time.
    @FunctionalInterface
    public interface Listener<V> {

        /// @param key the record's key; null if it has none
        /// @param value null for a tombstone
        /// @param offset within the record's partition
        /// @param timestamp in milliseconds since the epoch, as the log has it
        void onRecord(@Nullable String key, @Nullable V value, long offset, long timestamp);

        /// Everything has been handed over that came together: all of a transaction, if it is not
        /// longer than what the consumer takes at once.
        default void afterPoll() {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration UNKNOWN_AGAIN = Duration.ofMillis(50);

    private final Topic<V> topic;
    private final Consumer<String, byte[]> consumer;
    private final Deserializer<V> deserializer;
    private final Listener<V> listener;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final AtomicLong lastPoll = new AtomicLong(System.nanoTime());
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private TopicFollower(
            KafkaLog log,
            Topic<V> topic,
            From from,
            Map<String, ?> overrides,
            Listener<V> listener) {
        this.topic = topic;
        this.listener = listener;
        this.deserializer = log.serdes().deserializer(topic.value());
        this.consumer = log.consumer("follow-" + topic.name(), overrides);
        this.thread =
                Thread.ofPlatform()
                        .name("follow-" + topic.name())
                        .daemon()
                        .unstarted(() -> run(from));
    }

    /// Starts to follow a topic; one that the log does not have yet is waited for.
    ///
    /// @param overrides settings of the consumer, such as `isolation.level`
    public static <V extends SpecificRecord> TopicFollower<V> start(
            KafkaLog log,
            Topic<V> topic,
            From from,
            Map<String, ?> overrides,
            Listener<V> listener) {
        TopicFollower<V> follower = new TopicFollower<>(log, topic, from, overrides, listener);
        follower.thread.start();
        return follower;
    }

    /// Completes when everything that the topic held at the start has been handed over; fails when
    /// the follower ends before that.
    public CompletableFuture<Void> caughtUp() {
        return caughtUp.copy();
    }

    /// How long ago the consumer last came back from the log. The consumer comes back without
    /// records too, so this tells of a stuck follower, not of a quiet topic.
    public Duration sinceLastPoll() {
        return Duration.ofNanos(System.nanoTime() - lastPoll.get());
    }

    /// Stops reading; returns when the listener will not be called again.
    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(From from) {
        try (deserializer) {
            Map<TopicPartition, Long> behind = assign(from);
            while (closing.getCount() > 0) {
                for (ConsumerRecord<String, byte[]> record : poll()) {
                    handOver(record);
                }
                listener.afterPoll();
                if (!caughtUp.isDone()) {
                    behind.entrySet()
                            .removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                    if (behind.isEmpty()) {
                        caughtUp.complete(null);
                    }
                }
            }
        } catch (WakeupException | InterruptException | InterruptedException e) {
            LOG.debug("topic={} event=follower_stopped", topic.name());
        } catch (KafkaException e) {
            LOG.error("topic={} event=follower_failed", topic.name(), e);
        } finally {
            // Without a group there is nothing to wait for, such as the fetch that is under way.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            caughtUp.completeExceptionally(
                    new KafkaException("the follower of " + topic.name() + " has ended"));
        }
    }

    /// A follower that has begun does not end: whoever relies on it would see a world that stands
    /// still. What the log refuses now is asked for again.
    private ConsumerRecords<String, byte[]> poll() throws InterruptedException {
        while (true) {
            try {
                ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
                lastPoll.set(System.nanoTime());
                return records;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                LOG.error("topic={} event=follower_waits", topic.name(), e);
                if (closing.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    return ConsumerRecords.empty();
                }
            }
        }
    }

    private Map<TopicPartition, Long> assign(From from) throws InterruptedException {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        if (from == From.BEGINNING) {
            consumer.seekToBeginning(partitions);
        } else {
            ends.forEach(consumer::seek);
        }
        return ends;
    }

    /// A broker knows of a topic only some time after it was made.
    ///
    /// @return empty if the follower is closed before that
    private List<TopicPartition> partitions() throws InterruptedException {
        boolean told = false;
        do {
            List<PartitionInfo> known = consumer.partitionsFor(topic.name());
            if (!known.isEmpty()) {
                return known.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
            }
            if (!told) {
                LOG.warn("topic={} event=follower_awaits_topic", topic.name());
                told = true;
            }
        } while (!closing.await(UNKNOWN_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
        return List.of();
    }

    private void handOver(ConsumerRecord<String, byte[]> record) {
        try {
            V value = deserializer.deserialize(record.topic(), record.headers(), record.value());
            listener.onRecord(record.key(), value, record.offset(), record.timestamp());
        } catch (SerializationException e) {
            LOG.warn(
                    "topic={} partition={} offset={} event=undecodable_record_skipped reason=\"{}\"",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        } catch (RuntimeException e) {
            LOG.error(
                    "topic={} partition={} offset={} event=listener_failed",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
        }
    }
}
