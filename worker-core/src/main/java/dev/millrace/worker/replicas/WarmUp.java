package dev.millrace.worker.replicas;

import java.time.Duration;
import java.time.Instant;

/// The slow start of a server that comes up beside others: its caches are cold and its kernels not
/// compiled, so that its share of the calls grows with time. Linear, from 10 %, over 30 s: Envoy's
/// slow start with its `aggression` and `min_weight_percent` as they are by default.
final class WarmUp {
    static final Duration LENGTH = Duration.ofSeconds(30);
    static final double LEAST = 0.1;

    private WarmUp() {}

    /// How much of its full share a server gets.
    ///
    /// @param since when it came up
    /// @return from [#LEAST] to 1
    static double share(Instant since, Instant now) {
        double passed = (double) Duration.between(since, now).toMillis() / LENGTH.toMillis();
        return Math.clamp(passed, LEAST, 1);
    }
}
