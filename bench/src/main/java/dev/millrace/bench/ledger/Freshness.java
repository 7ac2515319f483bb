package dev.millrace.bench.ledger;

import dev.millrace.accounting.Accounting;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Cost;
import dev.millrace.topics.TopicFollower;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// How long after its end is on the log an attempt is in a sum that a reader of committed records
/// sees.
final class Freshness {

    private static final Map<String, String> COMMITTED =
            Map.of("isolation.level", "read_committed");
    private static final int UNDER_WAY = 500;

    private final Histogram delays = new ConcurrentHistogram(3);
    private final Map<String, Queue<Long>> ends = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> seen = new ConcurrentHashMap<>();
    private final ProviderCalls calls = new ProviderCalls(Duration.ofSeconds(1));
    private volatile boolean measuring;

    private Freshness() {}

    /// @param rate attempts a second
    /// @param seconds to measure, after as long to warm up
    static void measure(LedgerWorld world, int rate, int seconds) throws Exception {
        new Freshness().run(world, rate, seconds);
    }

    private void run(LedgerWorld world, int rate, int seconds) throws Exception {
        try (Accounting _ = world.ledger("ledger-1", 1);
                TopicFollower<Cost> _ =
                        TopicFollower.start(
                                world.log(),
                                world.log().topics().hourlyCosts(),
                                TopicFollower.From.BEGINNING,
                                COMMITTED,
                                (key, cost, offset, timestamp) -> see(key, cost))) {
            send(world, rate, seconds);
            awaitSeen();
            measuring = true;
            CpuTimes before = CpuTimes.now();
            send(world, rate, seconds);
            String cpu = CpuTimes.now().since(before, Duration.ofSeconds(seconds));
            awaitSeen();
            System.out.printf(
                    "freshness at %d/s     median %.0f ms, p99 %.0f ms, longest %.0f ms, of %d; %s%n",
                    rate,
                    delays.getValueAtPercentile(50) / 1e3,
                    delays.getValueAtPercentile(99) / 1e3,
                    delays.getMaxValue() / 1e3,
                    delays.getTotalCount(),
                    cpu);
        }
    }

    private void awaitSeen() {
        while (ends.values().stream().anyMatch(open -> !open.isEmpty())) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void send(LedgerWorld world, int rate, int seconds) {
        String topic = world.log().topics().attempts().name();
        Queue<Attempt> open = new ArrayDeque<>();
        try (Producer<String, byte[]> producer = world.log().producer("freshness", Map.of());
                Serializer<Attempt> serializer = world.log().serdes().serializer()) {
            long begin = System.nanoTime();
            long count = (long) rate * seconds;
            for (long i = 0; i < count + UNDER_WAY; i++) {
                LockSupport.parkNanos(begin + i * 1_000_000_000L / rate - System.nanoTime());
                if (i < count) {
                    Attempt started = calls.started(InstantSource.system().instant());
                    open.add(started);
                    var _ = producer.send(record(topic, serializer, started));
                }
                if (i >= UNDER_WAY) {
                    Attempt ended = calls.ended(open.remove());
                    String group = group(ended);
                    var _ =
                            producer.send(
                                    record(topic, serializer, ended),
                                    (place, failure) ->
                                            ends.computeIfAbsent(
                                                            group,
                                                            _ -> new ConcurrentLinkedQueue<>())
                                                    .add(System.nanoTime()));
                }
            }
        }
    }

    private static ProducerRecord<String, byte[]> record(
            String topic, Serializer<Attempt> serializer, Attempt attempt) {
        return new ProducerRecord<>(
                topic, attempt.getTenant(), serializer.serialize(topic, attempt));
    }

    /// Attempts are charged in the order in which they ended on the log; a sum with so many more of
    /// them has so many of the oldest that were not seen.
    private void see(@Nullable String key, @Nullable Cost cost) {
        if (cost == null) {
            return;
        }
        String group = cost.getTenant() + "|" + cost.getKeyId() + "|" + cost.getUpstreamModel();
        String sum = group + "|" + cost.getBucketStart() + "|" + cost.getCurrency();
        AtomicLong before = seen.computeIfAbsent(sum, _ -> new AtomicLong());
        long more = cost.getAttempts() - before.getAndSet(cost.getAttempts());
        Queue<Long> waiting = ends.getOrDefault(group, new ConcurrentLinkedQueue<>());
        for (long i = 0; i < more; i++) {
            Long end = waiting.poll();
            if (end != null && measuring) {
                delays.recordValue(Math.max(0, System.nanoTime() - end) / 1_000);
            }
        }
    }

    private static String group(Attempt attempt) {
        return attempt.getTenant() + "|" + attempt.getKeyId() + "|" + attempt.getUpstreamModel();
    }
}
