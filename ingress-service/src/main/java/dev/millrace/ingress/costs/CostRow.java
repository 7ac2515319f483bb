package dev.millrace.ingress.costs;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a group of attempts cost within one bucket, as accounting keeps it.
///
/// @param bucket the start of the hour, day or month (UTC)
/// @param tenant who pays
/// @param key the id of the API key; null where none was used
/// @param provider the provider
/// @param model the model's name there
/// @param lane `interactive` or `batch`
/// @param amount null where no attempt has a price
/// @param currency of the amount; null with it
/// @param counts of requests, attempts and tokens
public record CostRow(
        Instant bucket,
        String tenant,
        @Nullable String key,
        String provider,
        String model,
        String lane,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        Counts counts) {

    /// Counts that add up.
    ///
    /// @param requests whose first attempt is here
    /// @param attempts provider calls
    /// @param failures provider calls that did not complete
    /// @param unpricedAttempts provider calls without a known price
    /// @param estimatedAttempts provider calls whose usage is estimated
    /// @param inputTokens prompt tokens outside any cache
    /// @param cacheReadTokens prompt tokens read from a cache
    /// @param cacheWriteTokens prompt tokens written to a cache
    /// @param outputTokens completion tokens without reasoning
    /// @param reasoningTokens completion tokens spent on reasoning
    public record Counts(
            long requests,
            long attempts,
            long failures,
            long unpricedAttempts,
            long estimatedAttempts,
            long inputTokens,
            long cacheReadTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    requests + other.requests,
                    attempts + other.attempts,
                    failures + other.failures,
                    unpricedAttempts + other.unpricedAttempts,
                    estimatedAttempts + other.estimatedAttempts,
                    inputTokens + other.inputTokens,
                    cacheReadTokens + other.cacheReadTokens,
                    cacheWriteTokens + other.cacheWriteTokens,
                    outputTokens + other.outputTokens,
                    reasoningTokens + other.reasoningTokens);
        }
    }
}
