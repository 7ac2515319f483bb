package dev.millrace.worker.retry;

import java.time.Duration;

/// Where a request stands when an attempt has ended.
///
/// @param attempt the attempt within its dispatch, from 1
/// @param retriesLeft what is left of the request's one retry budget, for retries and reroutes
///   together
/// @param otherTargets whether the router has another target to choose
/// @param canWait whether nobody waits for the answer with a connection in hand: the batch lane
/// @param timeLeft until the request's deadline
/// @param jitter from 0 (inclusive) to 1 (exclusive)
public record Situation(
        int attempt,
        int retriesLeft,
        boolean otherTargets,
        boolean canWait,
        Duration timeLeft,
        double jitter) {

    public Situation {
        if (attempt < 0 || retriesLeft < 0 || !(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("attempt, retries or jitter out of range");
        }
    }
}
