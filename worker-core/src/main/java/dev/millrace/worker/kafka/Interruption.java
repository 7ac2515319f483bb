package dev.millrace.worker.kafka;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Stops one dispatch's run where it can be stopped: during a provider call or a pause, never while
/// what was paid for is being written down. Thread-safe.
final class Interruption {

    /// Why a run has to stop.
    enum Reason {
        /// The request was cancelled: it ends.
        CANCELLED,
        /// The partition goes to another owner: the request goes with it.
        REVOKED,
        /// The answer is longer than is kept: the request fails.
        TOO_LONG
    }

    private @Nullable Reason reason;
    private @Nullable Thread interruptible;
    private volatile boolean abandoned;

    /// The calling thread can be interrupted from here on.
    ///
    /// @return false if it had to stop already; then nothing has begun
    synchronized boolean begin() {
        if (reason != null) {
            return false;
        }
        interruptible = Thread.currentThread();
        return true;
    }

    /// The calling thread is not interrupted any more.
    synchronized void end() {
        if (interruptible != null) {
            interruptible = null;
            boolean cleared = Thread.interrupted();
            assert !cleared || reason != null;
        }
    }

    /// Lets the calling thread rest.
    ///
    /// @return false if it has to stop
    boolean pause(Duration pause) {
        if (!begin()) {
            return false;
        }
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException _) {
            return false;
        } finally {
            end();
        }
    }

    /// Asks the run to stop. The first reason counts.
    synchronized void ask(Reason why) {
        if (reason == null) {
            reason = why;
        }
        if (interruptible != null) {
            interruptible.interrupt();
        }
    }

    synchronized @Nullable Reason reason() {
        return reason;
    }

    /// Nobody waits for the run any more: not even for what it still has to write.
    void abandon() {
        abandoned = true;
        ask(Reason.REVOKED);
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
