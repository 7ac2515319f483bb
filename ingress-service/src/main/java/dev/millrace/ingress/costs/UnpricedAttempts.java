package dev.millrace.ingress.costs;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// How many attempts have no known price, so that somebody gives them one. What they cost is in no
/// sum until then.
///
/// @param provider the provider
/// @param model the model's name there
public record UnpricedAttempts(String provider, String model)
        implements Comparable<UnpricedAttempts> {

    /// Those of this month and the one before, which may have just ended.
    ///
    /// @return by provider and model; empty while the costs are being read
    public static Map<UnpricedAttempts, Long> of(CostSource costs, Instant now) {
        Instant month = Bucket.MONTH.startOf(now);
        Instant first = Bucket.MONTH.startOf(month.minus(Duration.ofDays(1)));
        Map<UnpricedAttempts, Long> attempts = new TreeMap<>();
        costs.totals(Bucket.MONTH)
                .ifPresent(rows -> {
                    for (CostRow row : rows) {
                        long unpriced = row.sums().counts().of(Count.UNPRICED_ATTEMPTS);
                        if (unpriced > 0 && !row.bucket().isBefore(first)) {
                            attempts.merge(
                                    new UnpricedAttempts(row.provider(), row.model()),
                                    unpriced,
                                    Long::sum);
                        }
                    }
                });
        return attempts;
    }

    @Override
    public int compareTo(UnpricedAttempts other) {
        int byProvider = provider.compareTo(other.provider);
        return byProvider != 0 ? byProvider : model.compareTo(other.model);
    }
}
