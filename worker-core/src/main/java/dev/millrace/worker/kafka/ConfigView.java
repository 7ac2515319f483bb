package dev.millrace.worker.kafka;

import dev.millrace.configuration.snapshot.Snapshot;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The configuration that a worker instance has applied. Thread-safe.
final class ConfigView {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition newer = lock.newCondition();
    private volatile Snapshot applied = Snapshot.NONE;

    Snapshot applied() {
        return applied;
    }

    void applied(Snapshot snapshot) {
        lock.lock();
        try {
            if (snapshot.version() >= applied.version()) {
                applied = snapshot;
                newer.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a version is applied, at most so long; what is there then has to do.
    Snapshot await(long version, Duration limit) throws InterruptedException {
        if (applied.version() >= version) {
            return applied;
        }
        long left = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (applied.version() < version && left > 0) {
                left = newer.awaitNanos(left);
            }
            return applied;
        } finally {
            lock.unlock();
        }
    }

    /// The longest wait for a version: a snapshot takes milliseconds to everyone.
    static final Duration PATIENCE = Duration.ofSeconds(2);
}
