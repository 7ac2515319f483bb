package dev.millrace.accounting.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// The sum of the postings of one group in one bucket. Immutable.
///
/// @param amount null until a posting with a price is added
/// @param wasted the part of the amount that paid for attempts that did not complete
/// @param saved what caches saved against the full price; null until a posting with a price is
///   added
/// @param requests counted in the group
/// @param attempts provider calls
/// @param failures provider calls that did not complete
/// @param unpriced provider calls without a known price
/// @param estimated provider calls whose usage is estimated
/// @param used by all of them
/// @param latency from start to end of those that completed
/// @param firstToken from start to the first content, of those of them that streamed one
/// @param charges postings added, reversals included
public record Totals(
        @Nullable BigDecimal amount,
        @Nullable BigDecimal wasted,
        @Nullable BigDecimal saved,
        long requests,
        long attempts,
        long failures,
        long unpriced,
        long estimated,
        Used used,
        Histogram latency,
        Histogram firstToken,
        long charges) {

    /// Before the first posting.
    public static final Totals NONE =
            new Totals(
                    null,
                    null,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    Used.NOTHING,
                    Histogram.EMPTY,
                    Histogram.EMPTY,
                    0);

    /// This sum and another one.
    public Totals plus(Totals other) {
        return new Totals(
                sum(amount, other.amount),
                sum(wasted, other.wasted),
                sum(saved, other.saved),
                requests + other.requests,
                attempts + other.attempts,
                failures + other.failures,
                unpriced + other.unpriced,
                estimated + other.estimated,
                used.plus(other.used),
                latency.plus(other.latency),
                firstToken.plus(other.firstToken),
                charges + other.charges);
    }

    static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        if (one == null) {
            return other;
        }
        return other == null ? one : one.add(other);
    }
}
