package dev.millrace.ingress.http;

import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.costs.CostLine;
import dev.millrace.ingress.intake.Refusal;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// What the answer's headers tell.
final class ResponseHeaders {

    /// Statuses that the SDKs would retry by themselves, with the same outcome: budget, deadline,
    /// conflict.
    private static final Set<Integer> NEVER_TWICE = Set.of(402, 408, 409);

    private ResponseHeaders() {}

    /// Adds how the answer came to be, as far as it is known when the headers are sent.
    ///
    /// @param total since the request arrived
    static void add(HttpHeaders headers, Facts facts, Duration total) {
        set(headers, "x-millrace-provider", facts.provider());
        set(headers, "x-millrace-model", facts.model());
        if (facts.cost() != null) {
            headers.set("x-millrace-cost", CostLine.plain(facts.cost()));
            set(headers, "x-millrace-cost-currency", facts.currency());
        }
        headers.set("x-millrace-attempts", Integer.toString(facts.attempts()));
        headers.set("x-millrace-fallbacks", Integer.toString(facts.fallbacks()));
        headers.set("x-millrace-queue-ms", Long.toString(facts.queueMs()));
        headers.set(
                "x-millrace-overhead-ms",
                Long.toString(Math.max(total.toMillis() - facts.upstreamMs(), 0)));
    }

    /// Adds when, and whether, to try again.
    static void add(HttpHeaders headers, Refusal refusal) {
        Duration retryAfter = refusal.retryAfter();
        if (retryAfter != null) {
            long millis = retryAfter.toMillis();
            headers.set("retry-after", Long.toString((millis + 999) / 1000));
            headers.set("retry-after-ms", Long.toString(millis));
        }
        if (!refusal.shouldRetry() || NEVER_TWICE.contains(refusal.status())) {
            headers.set("x-should-retry", "false");
        }
    }

    private static void set(HttpHeaders headers, String name, @Nullable String value) {
        if (value != null && value.chars().allMatch(c -> c > 0x1f && c < 0x7f)) {
            headers.set(name, value);
        }
    }
}
