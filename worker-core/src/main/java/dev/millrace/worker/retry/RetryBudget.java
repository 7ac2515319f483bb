package dev.millrace.worker.retry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The retries that a pool may make at its own target: a tenth of the dispatches that it calls the
/// provider for, and a small reserve that fills up again with time. Nothing is saved up beyond it:
/// a storm that follows good hours is a storm too. A provider that refuses many calls is so not
/// asked still more often. The share is that of Google's SRE book (chapter 21, "Handling
/// Overload"). Thread-safe.
public final class RetryBudget {

    private static final double SHARE = 0.1;
    private static final double RESERVE = 3;
    private static final Duration ONE_MORE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private double balance = RESERVE;
    private Instant filledAt;

    public RetryBudget(InstantSource clock) {
        this.clock = clock;
        this.filledAt = clock.instant();
    }

    /// The provider is called for a dispatch for the first time.
    public synchronized void called() {
        balance = Math.min(balance + SHARE, RESERVE);
    }

    /// Takes a retry.
    ///
    /// @return false if there is none
    public synchronized boolean take() {
        fill();
        if (balance < 1) {
            return false;
        }
        balance--;
        return true;
    }

    private void fill() {
        Instant now = clock.instant();
        Duration since = Duration.between(filledAt, now);
        filledAt = now;
        if (balance < RESERVE && since.isPositive()) {
            double earned = (double) since.toMillis() / ONE_MORE.toMillis();
            balance = Math.min(balance + earned, RESERVE);
        }
    }
}
