package dev.millrace.faults.process;

import java.time.Duration;

/// Waits for what other processes do.
public final class Waiting {

    private static final Duration LOOK = Duration.ofMillis(100);

    private Waiting() {}

    /// Says whether something has come about.
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws InterruptedException;
    }

    /// Waits until something has come about.
    ///
    /// @param what is waited for, for the error
    /// @throws IllegalStateException if it does not come about in time
    public static void until(String what, Duration patience, Condition condition)
            throws InterruptedException {
        if (!came(patience, condition)) {
            throw new IllegalStateException("not within " + patience.toSeconds() + " s: " + what);
        }
    }

    /// As [#until], and says whether it came about.
    public static boolean came(Duration patience, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(LOOK);
        }
        return true;
    }
}
