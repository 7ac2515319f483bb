package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.TokenCounts;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// The sum of the postings of one group in one bucket. Immutable.
///
/// @param amount null until a posting with a price is added
/// @param wasted the part of the amount that paid for attempts that did not complete
/// @param requests counted in the group
/// @param attempts provider calls
/// @param failures provider calls that did not complete
/// @param unpriced provider calls without a known price
/// @param estimated provider calls whose usage is estimated
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from a cache
/// @param cacheWrite prompt tokens written to a cache
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
/// @param charges postings added, reversals included
public record Totals(
        @Nullable BigDecimal amount,
        @Nullable BigDecimal wasted,
        long requests,
        long attempts,
        long failures,
        long unpriced,
        long estimated,
        long input,
        long cacheRead,
        long cacheWrite,
        long output,
        long reasoning,
        long charges) {

    /// Before the first posting.
    public static final Totals NONE = new Totals(null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(PriceEntry.SCALE);

    /// This sum and one posting more.
    public Totals plus(Posting posting) {
        long sign = posting.sign();
        TokenCounts tokens = posting.consumption().used().tokens();
        BigDecimal added = posting.amount();
        BigDecimal addedWaste = added == null || !posting.completed() ? added : ZERO;
        return new Totals(
                sum(amount, added),
                sum(wasted, addedWaste),
                requests + (posting.countsRequest() ? sign : 0),
                attempts + sign,
                failures + (posting.completed() ? 0 : sign),
                unpriced + (added == null ? sign : 0),
                estimated + (posting.consumption().estimated() ? sign : 0),
                input + sign * tokens.input(),
                cacheRead + sign * tokens.cacheRead(),
                cacheWrite + sign * tokens.cacheWrite(),
                output + sign * tokens.output(),
                reasoning + sign * tokens.reasoning(),
                charges + 1);
    }

    /// This sum and another one.
    public Totals plus(Totals other) {
        return new Totals(
                sum(amount, other.amount),
                sum(wasted, other.wasted),
                requests + other.requests,
                attempts + other.attempts,
                failures + other.failures,
                unpriced + other.unpriced,
                estimated + other.estimated,
                input + other.input,
                cacheRead + other.cacheRead,
                cacheWrite + other.cacheWrite,
                output + other.output,
                reasoning + other.reasoning,
                charges + other.charges);
    }

    private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        if (one == null) {
            return other;
        }
        return other == null ? one : one.add(other);
    }
}
