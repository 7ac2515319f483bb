package dev.millrace.accounting;

import dev.millrace.accounting.stream.ChargeHistory;
import dev.millrace.accounting.stream.ChargeHistory.Standing;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a partition of the charges' topic on a thread of its own: once for the reversals, and once
/// for the charges that none of them takes back.
final class ChargeTopicReading implements ChargeHistory.Reading {

    /// Takes a charge.
    @FunctionalInterface
    private interface Visitor {

        /// @param next the offset behind it
        void visit(Charge charge, long next) throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChargeTopicReading.class);

    /// An attempt's end is told by its worker's clock, the time of its charge by the broker's: what
    /// is charged stands at most so long before its end.
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int AT_HAND = 4_000;
    private static final Map<String, Object> COMMITTED =
            Map.of("isolation.level", "read_committed", "max.poll.records", 2_000);

    private final KafkaLog log;
    private final Semaphore turn;
    private final TopicPartition place;
    private final Instant since;
    private final @Nullable Long offset;
    private final Predicate<? super Charge> wanted;
    private final BlockingQueue<Standing> queue = new ArrayBlockingQueue<>(AT_HAND);
    private final Thread thread;
    private volatile ChargeHistory.Progress progress = ChargeHistory.Progress.UNDER_WAY;

    /// @param turn taken while the log is read
    ChargeTopicReading(
            KafkaLog log,
            Semaphore turn,
            int partition,
            Instant since,
            @Nullable Long offset,
            Predicate<? super Charge> wanted) {
        this.log = log;
        this.turn = turn;
        this.place = new TopicPartition(log.topics().charges().name(), partition);
        this.since = since;
        this.offset = offset;
        this.wanted = wanted;
        this.thread =
                Thread.ofPlatform()
                        .name("charge-history-" + partition)
                        .daemon()
                        .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public List<Standing> next(int most) {
        List<Standing> next = new ArrayList<>();
        queue.drainTo(next, most);
        return next;
    }

    @Override
    public ChargeHistory.Progress progress() {
        ChargeHistory.Progress reached = progress;
        return queue.isEmpty() ? reached : ChargeHistory.Progress.UNDER_WAY;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            turn.acquire();
            try {
                read();
            } finally {
                turn.release();
            }
            progress = ChargeHistory.Progress.COMPLETE;
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("topic={} event=charge_history_stopped", place);
        } catch (ExecutionException | KafkaException e) {
            LOG.error("topic={} event=charge_history_failed", place, e);
            progress = ChargeHistory.Progress.FAILED;
        }
    }

    private void read() throws ExecutionException, InterruptedException {
        Set<UUID> takenBack = new HashSet<>();
        try (Deserializer<Charge> deserializer = log.serdes().deserializer(Charge.class)) {
            Consumer<String, byte[]> consumer =
                    log.consumer("charge-history-" + place.partition(), COMMITTED);
            try {
                consumer.assign(List.of(place));
                long end = end();
                long begin = offset == null ? begin(consumer, end) : offset;
                scan(
                        consumer,
                        deserializer,
                        begin,
                        end,
                        (charge, _) -> {
                            if (charge.getKind() == ChargeKind.REVERSAL) {
                                takenBack.add(
                                        Objects.requireNonNull(charge.getCorrects(), "corrects"));
                            }
                        });
                scan(
                        consumer,
                        deserializer,
                        begin,
                        end,
                        (charge, next) -> {
                            if (charge.getKind() == ChargeKind.CHARGE
                                    && !takenBack.contains(charge.getChargeId())
                                    && wanted.test(charge)) {
                                queue.put(new Standing(charge, next));
                            }
                        });
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    /// Behind everything that was written, also in transactions whose end the log does not know
    /// yet: who reads committed records waits for it.
    private long end() throws ExecutionException, InterruptedException {
        try (Admin admin = log.admin()) {
            return admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                    .partitionResult(place)
                    .get()
                    .offset();
        }
    }

    private long begin(Consumer<?, ?> consumer, long end) {
        long time = Math.max(0, since.minus(CLOCK_SKEW).toEpochMilli());
        OffsetAndTimestamp begin = consumer.offsetsForTimes(Map.of(place, time)).get(place);
        return begin == null ? end : begin.offset();
    }

    private void scan(
            Consumer<String, byte[]> consumer,
            Deserializer<Charge> deserializer,
            long begin,
            long end,
            Visitor visitor)
            throws InterruptedException {
        consumer.seek(place, begin);
        while (consumer.position(place) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.offset() >= end) {
                    return;
                }
                try {
                    Charge charge =
                            deserializer.deserialize(
                                    record.topic(), record.headers(), record.value());
                    visitor.visit(charge, record.offset() + 1);
                } catch (SerializationException e) {
                    LOG.warn(
                            "topic={} offset={} event=undecodable_charge reason=\"{}\"",
                            place,
                            record.offset(),
                            e.getMessage());
                }
            }
        }
    }
}
