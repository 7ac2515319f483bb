package dev.millrace.accounting;

import dev.millrace.accounting.stream.ChargeHistory;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a partition of the charges' topic on a thread of its own: all of it, or once for the
/// reversals, and once for the charges that none of them takes back.
final class ChargeTopicReading implements ChargeHistory.Reading {

    @FunctionalInterface
    private interface Visitor {
        void visit(Charge charge, long offset, Instant written) throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChargeTopicReading.class);

    /// The most that two clocks differ by: the worker's, which tells when an attempt ended, this
    /// service's, which tells when its charge was booked, and the broker's, which tells when that
    /// was written.
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int AT_HAND = 4_000;
    private static final Map<String, Object> COMMITTED =
            Map.of("isolation.level", "read_committed", "max.poll.records", 2_000);

    private final KafkaLog log;
    private final Semaphore turn;
    private final TopicPartition place;
    private final Instant since;
    private final ChargeHistory.@Nullable Booked last;
    private final @Nullable Predicate<? super Charge> wanted;
    private final BlockingQueue<Charge> queue = new ArrayBlockingQueue<>(AT_HAND);
    private final Thread thread;
    private volatile ChargeHistory.Progress progress = ChargeHistory.Progress.UNDER_WAY;
    private volatile boolean bounded;
    private volatile @Nullable Instant keptFrom;

    /// @param turn taken while the log is read
    /// @param wanted null to read all, reversals included
    ChargeTopicReading(
            KafkaLog log,
            Semaphore turn,
            int partition,
            Instant since,
            ChargeHistory.@Nullable Booked last,
            @Nullable Predicate<? super Charge> wanted) {
        this.log = log;
        this.turn = turn;
        this.place = new TopicPartition(log.topics().charges().name(), partition);
        this.since = since;
        this.last = last;
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
    public List<Charge> next(int most) {
        List<Charge> next = new ArrayList<>();
        queue.drainTo(next, most);
        return next;
    }

    @Override
    public ChargeHistory.Progress progress() {
        ChargeHistory.Progress reached = progress;
        return queue.isEmpty() ? reached : ChargeHistory.Progress.UNDER_WAY;
    }

    @Override
    public boolean isBounded() {
        return bounded;
    }

    @Override
    public @Nullable Instant keptFrom() {
        return keptFrom;
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
                progress = readOrFail();
            } finally {
                turn.release();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("topic={} event=charge_history_stopped", place);
        }
    }

    private ChargeHistory.Progress readOrFail() throws InterruptedException {
        try {
            read();
            return ChargeHistory.Progress.COMPLETE;
        } catch (InterruptException e) {
            throw e;
        } catch (ExecutionException | RuntimeException e) {
            LOG.error("topic={} event=charge_history_failed", place, e);
            // Whoever reads again does so at once.
            Thread.sleep(AGAIN);
            return ChargeHistory.Progress.FAILED;
        }
    }

    private void read() throws ExecutionException, InterruptedException {
        try (Deserializer<Charge> deserializer = log.serdes().deserializer(Charge.class)) {
            Consumer<String, byte[]> consumer =
                    log.consumer("charge-history-" + place.partition(), COMMITTED);
            try {
                consumer.assign(List.of(place));
                Scan scan = new Scan(consumer, deserializer);
                long begin = begin(consumer);
                long end = end();
                bounded = true;
                if (wanted == null) {
                    readAll(scan, begin, end);
                } else {
                    readStanding(scan, begin, end, wanted);
                }
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    /// What was booked behind the last one is not handed out; where none is known, what stands
    /// behind the end is not.
    private void readAll(Scan scan, long begin, long end) throws InterruptedException {
        AtomicBoolean open = new AtomicBoolean(true);
        scan.from(
                begin,
                position -> !open.get() || (last == null && position >= end),
                (charge, offset, time) -> {
                    if (keptFrom == null && begin > 0) {
                        keptFrom = time.plus(CLOCK_SKEW);
                    }
                    if (open.get() && (last != null || offset < end)) {
                        queue.put(charge);
                        open.set(last == null || !charge.getChargeId().equals(last.chargeId()));
                    }
                });
    }

    private void readStanding(Scan scan, long begin, long end, Predicate<? super Charge> standing)
            throws InterruptedException {
        Set<UUID> takenBack = new HashSet<>();
        AtomicBoolean awaited = new AtomicBoolean(isAwaited());
        scan.from(
                begin,
                position -> position >= end && !awaited.get(),
                (charge, _, _) -> {
                    if (last != null && charge.getChargeId().equals(last.chargeId())) {
                        awaited.set(false);
                    }
                    if (charge.getKind() == ChargeKind.REVERSAL) {
                        takenBack.add(Objects.requireNonNull(charge.getCorrects(), "corrects"));
                    }
                });
        long seen = scan.position();
        scan.from(
                begin,
                position -> position >= seen,
                (charge, _, _) -> {
                    if (charge.getKind() == ChargeKind.CHARGE
                            && !takenBack.contains(charge.getChargeId())
                            && standing.test(charge)) {
                        queue.put(charge);
                    }
                });
    }

    /// Whether the charge that was booked last is one of those that are read. One that was booked
    /// so early that no charge up to it is needed may stand before them.
    private boolean isAwaited() {
        return last != null && last.at().toEpochMilli() >= millis(since, 1);
    }

    private static long millis(Instant time, int skews) {
        return Math.max(0, time.minus(CLOCK_SKEW.multipliedBy(skews)).toEpochMilli());
    }

    /// Where the log has nothing committed since then, it may still have something in a transaction
    /// whose end it does not know yet.
    private long begin(Consumer<?, ?> consumer) {
        long committed = Objects.requireNonNull(consumer.endOffsets(List.of(place)).get(place));
        OffsetAndTimestamp begin =
                consumer.offsetsForTimes(Map.of(place, millis(since, 2))).get(place);
        return begin == null ? committed : begin.offset();
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

    /// Goes through the charges.
    private final class Scan {

        private final Consumer<String, byte[]> consumer;
        private final Deserializer<Charge> deserializer;

        Scan(Consumer<String, byte[]> consumer, Deserializer<Charge> deserializer) {
            this.consumer = consumer;
            this.deserializer = deserializer;
        }

        /// The offset behind what was read last.
        long position() {
            return consumer.position(place);
        }

        /// @param isEnd whether the offset is behind all that has to be read
        void from(long begin, LongPredicate isEnd, Visitor visitor) throws InterruptedException {
            consumer.seek(place, begin);
            while (!isEnd.test(position())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    visit(record, visitor);
                }
            }
        }

        private void visit(ConsumerRecord<String, byte[]> record, Visitor visitor)
                throws InterruptedException {
            Charge charge;
            try {
                charge = deserializer.deserialize(record.topic(), record.headers(), record.value());
            } catch (SerializationException e) {
                LOG.warn(
                        "topic={} offset={} event=undecodable_charge reason=\"{}\"",
                        place,
                        record.offset(),
                        e.getMessage());
                return;
            }
            visitor.visit(charge, record.offset(), Instant.ofEpochMilli(record.timestamp()));
        }
    }
}
