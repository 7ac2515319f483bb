package dev.millrace.worker.provider;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The absolute time after which no model call starts and none goes on.
public record Deadline(Instant at, InstantSource clock) {

    /// What is left of it; never negative.
    public Duration left() {
        Duration left = Duration.between(clock.instant(), at);
        return left.isNegative() ? Duration.ZERO : left;
    }

    public boolean hasPassed() {
        return !clock.instant().isBefore(at);
    }
}
