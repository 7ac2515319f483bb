package dev.millrace.worker.quota;

import dev.millrace.worker.provider.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// What tests ask of a share.
final class Calls {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Calls() {}

    static Grant granted(QuotaShare share, Demand demand) {
        return Objects.requireNonNull(share.ask(demand, false, START));
    }

    /// A call without a completion.
    static Demand prompt(long tokens) {
        return new Demand("m", tokens, 0L);
    }

    static TokenUsage used(long prompt, long completion) {
        return new TokenUsage(prompt, 0, 0, completion, 0, false);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
