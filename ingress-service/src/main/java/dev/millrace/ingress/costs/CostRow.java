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
/// @param label the label that all of them have; null where they are all attempts
/// @param currency of the money; null where no attempt has a price
/// @param sums what they come to
public record CostRow(
        Instant bucket,
        String tenant,
        @Nullable String key,
        String provider,
        String model,
        String lane,
        @Nullable Label label,
        @Nullable String currency,
        Sums sums) {

    /// A label.
    ///
    /// @param name of the label
    /// @param value that the attempts have; `(other)` where it has had too many to tell apart
    public record Label(String name, String value) {}

    /// What adds up.
    ///
    /// @param amount null where no attempt has a price
    /// @param saved what caches saved against the full price; null where it is not known
    /// @param counts of requests, attempts and usage
    /// @param latency from start to end of the attempts that completed
    /// @param firstToken from start to the first content of those of them that streamed one
    public record Sums(
            @Nullable BigDecimal amount,
            @Nullable BigDecimal saved,
            Counts counts,
            Latencies latency,
            Latencies firstToken) {

        Sums plus(Sums other) {
            return new Sums(
                    sum(amount, other.amount),
                    sum(saved, other.saved),
                    counts.plus(other.counts),
                    latency.plus(other.latency),
                    firstToken.plus(other.firstToken));
        }

        private static @Nullable BigDecimal sum(
                @Nullable BigDecimal one, @Nullable BigDecimal other) {
            if (one == null) {
                return other;
            }
            return other == null ? one : one.add(other);
        }
    }
}
