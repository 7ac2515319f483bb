package dev.millrace.standalone;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Things that were started, to be stopped in the opposite order. Thread-safe.
final class Services implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private record Started(String name, AutoCloseable service) {}

    private final Deque<Started> started = new ArrayDeque<>();

    /// Takes something that was started.
    synchronized <T extends AutoCloseable> T add(String name, T service) {
        started.push(new Started(name, service));
        return service;
    }

    /// Starts several at the same time and returns when all have; fails with the first failure.
    void addAll(List<Callable<Void>> starters) throws InterruptedException {
        List<Future<Void>> futures = new ArrayList<>();
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            starters.forEach(starter -> futures.add(starting.submit(starter)));
            for (Future<Void> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("a service did not start", e.getCause());
        }
    }

    /// Stops everything, the last first. One that fails to stop does not keep the others running.
    @Override
    public void close() {
        while (true) {
            Started next;
            synchronized (this) {
                next = started.poll();
            }
            if (next == null) {
                return;
            }
            long begin = System.nanoTime();
            try {
                next.service().close();
            } catch (Exception e) {
                LOG.warn("event=service_not_stopped service={}", next.name(), e);
            }
            LOG.info(
                    "event=service_stopped service={} ms={}",
                    next.name(),
                    Duration.ofNanos(System.nanoTime() - begin).toMillis());
        }
    }
}
