package dev.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Sends requests and times them.
///
/// @param url where to
/// @param body what
/// @param requests how many
/// @param connections at most at the same time
/// @param perSecond 0 sends as fast as the answers come; otherwise each request has its time, and a
///   late start counts as latency (no coordinated omission)
/// @param toFirstContent whether to time the first piece of a stream instead of the whole answer
record Load(
        URI url,
        String body,
        int requests,
        int connections,
        int perSecond,
        boolean toFirstContent) {

    /// What came of it.
    ///
    /// @param micros latencies in microseconds
    /// @param failed answers other than 200, and connections that broke
    /// @param seconds from the first request to the last answer
    record Result(Histogram micros, int failed, double seconds) {

        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1_000.0;
        }

        double perSecond() {
            return (micros.getTotalCount() - failed) / seconds;
        }
    }

    Result run() throws InterruptedException {
        Histogram micros = new ConcurrentHistogram(60_000_000, 3);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        long begin = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                running.add(clients.submit(() -> work(begin, next, failed, micros)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed", e.getCause());
        }
        return new Result(micros, failed.get(), (System.nanoTime() - begin) / 1e9);
    }

    private Void work(long begin, AtomicInteger next, AtomicInteger failed, Histogram micros)
            throws IOException {
        try (Connection connection = new Connection(url, body)) {
            for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                long start = System.nanoTime();
                if (perSecond > 0) {
                    start = begin + i * (1_000_000_000L / perSecond);
                    for (long wait = start - System.nanoTime();
                            wait > 0;
                            wait = start - System.nanoTime()) {
                        LockSupport.parkNanos(wait);
                    }
                }
                if (connection.post() != 200) {
                    failed.incrementAndGet();
                }
                long end = toFirstContent ? connection.firstContentNanos() : System.nanoTime();
                micros.recordValue(Math.clamp((end - start) / 1_000, 1, 60_000_000));
            }
        }
        return null;
    }
}
