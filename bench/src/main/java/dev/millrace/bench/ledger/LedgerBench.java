package dev.millrace.bench.ledger;

import dev.millrace.accounting.Accounting;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.schemas.Cost;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// The ledger's figures of docs/benchmarks.md: `bench/ledger` starts it.
public final class LedgerBench {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration LOOK = Duration.ofMillis(50);

    /// More than sums are behind their charges.
    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(30);

    private static final int PARTS = 8;
    private static final int THREADS = 2;

    private LedgerBench() {}

    /// @param args `throughput ATTEMPTS`, `recovery CHARGES`, or `freshness RATE SECONDS`
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("millrace-ledger-bench");
        try (LedgerWorld world = LedgerWorld.start(folder)) {
            switch (args[0]) {
                case "throughput" -> charge(world, Long.parseLong(args[1]));
                case "recovery" -> {
                    charge(world, Long.parseLong(args[1]));
                    recover(world);
                }
                case "freshness" ->
                        Freshness.measure(
                                world, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
                default -> throw new IllegalArgumentException("unknown: " + Arrays.toString(args));
            }
        } finally {
            delete(folder);
        }
    }

    /// The first parts warm the process up.
    private static void charge(LedgerWorld world, long attempts) throws Exception {
        try (Admin admin = world.log().admin()) {
            long begin = System.nanoTime();
            Backlog.put(world.log(), attempts, CLOCK.instant());
            System.out.printf(
                    "put on the log       %d attempts in %.1f s%n", attempts, seconds(begin));
            long written = world.written(admin);
            try (Accounting _ = world.ledger("ledger-1", THREADS)) {
                await(world, admin, 1);
                for (int part = 1; part <= PARTS; part++) {
                    report(world, admin, "part " + part + " of " + PARTS, written * part / PARTS);
                }
                awaitSums(world, attempts);
            }
        }
    }

    private static void report(LedgerWorld world, Admin admin, String phase, long until)
            throws Exception {
        CpuTimes before = CpuTimes.now();
        long from = world.committed(admin);
        long begin = System.nanoTime();
        long reached = await(world, admin, until);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        double perSecond = (reached - from) / 2.0 / elapsed.toNanos() * 1e9;
        CpuTimes after = CpuTimes.now();
        double cores = (double) (after.all() - before.all()) / elapsed.toNanos();
        System.out.printf(
                "%-20s %,.0f attempts/s, %,.0f per core used; %s%n",
                phase, perSecond, perSecond / cores, after.since(before, elapsed));
    }

    private static long await(LedgerWorld world, Admin admin, long records) throws Exception {
        long committed = world.committed(admin);
        while (committed < records) {
            Thread.sleep(LOOK);
            committed = world.committed(admin);
        }
        return committed;
    }

    /// What was charged has to be in all the sums.
    private static void awaitSums(LedgerWorld world, long attempts) throws Exception {
        Topics topics = world.log().topics();
        awaitSums(world, topics.hourlyCosts(), attempts);
        awaitSums(world, topics.dailyCosts(), attempts);
        awaitSums(world, topics.monthlyCosts(), attempts);
        awaitSums(
                world,
                topics.labelCosts(),
                attempts * ProviderCalls.LABELS * BucketLength.values().length);
    }

    private static void awaitSums(LedgerWorld world, Topic<Cost> topic, long attempts)
            throws Exception {
        long begin = System.nanoTime();
        long summedUp = world.summedUp(topic);
        while (summedUp != attempts) {
            if (seconds(begin) > LONGEST_MOMENT.toSeconds()) {
                throw new IllegalStateException(
                        "%s has %d attempts and should have %d"
                                .formatted(topic.name(), summedUp, attempts));
            }
            Thread.sleep(LOOK);
            summedUp = world.summedUp(topic);
        }
        System.out.printf("%-20s %,d attempts%n", topic.name(), summedUp);
    }

    /// Another instance, without files, takes over.
    private static void recover(LedgerWorld world) throws Exception {
        try (Admin admin = world.log().admin()) {
            Backlog.put(world.log(), 1, CLOCK.instant());
            long written = world.written(admin);
            CpuTimes before = CpuTimes.now();
            long begin = System.nanoTime();
            try (Accounting _ = world.ledger("ledger-2", THREADS)) {
                await(world, admin, written);
                Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
                System.out.printf(
                        "start without files to the first new charge  %.1f s; %s%n",
                        seconds(begin), CpuTimes.now().since(before, elapsed));
            }
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failed) throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
