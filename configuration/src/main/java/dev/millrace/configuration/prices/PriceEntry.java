package dev.millrace.configuration.prices;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;

/// What a model's tokens cost from a time on. Immutable.
///
/// @param provider the provider's name, or its kind in the starter list
/// @param model the model's name there; `*` for every model that has no entry of its own
/// @param input price of `per` input tokens
/// @param cacheRead price of `per` cached input tokens
/// @param cacheWrite price of `per` input tokens written to a cache
/// @param output price of `per` output tokens, reasoning included
/// @param per how many tokens the prices are for
/// @param currency ISO 4217, or a word for a simulated one
/// @param effectiveFrom from when the entry holds
/// @param source where the price comes from: `configuration`, or the starter list with its date
public record PriceEntry(
        String provider,
        String model,
        BigDecimal input,
        BigDecimal cacheRead,
        BigDecimal cacheWrite,
        BigDecimal output,
        long per,
        String currency,
        Instant effectiveFrom,
        String source) {

    /// Digits after the decimal point of every amount, as in the records' `decimal(38,12)`.
    public static final int SCALE = 12;

    /// @throws IllegalArgumentException if a price is negative or has more than [#SCALE] decimals,
    ///   or `per` is not positive
    public PriceEntry {
        for (BigDecimal price : List.of(input, cacheRead, cacheWrite, output)) {
            if (price.signum() < 0) {
                throw new IllegalArgumentException(
                        "a price cannot be negative: " + price.toPlainString());
            }
            if (price.stripTrailingZeros().scale() > SCALE) {
                throw new IllegalArgumentException(
                        "a price has at most " + SCALE + " decimals: " + price.toPlainString());
            }
        }
        if (per < 1) {
            throw new IllegalArgumentException("per must be at least 1, is " + per);
        }
    }

    /// Identifies the entry by all that it says: a corrected price is another entry.
    public String id() {
        return String.join(
                "/",
                provider,
                model,
                effectiveFrom.toString(),
                plain(input)
                        + "+"
                        + plain(cacheRead)
                        + "+"
                        + plain(cacheWrite)
                        + "+"
                        + plain(output),
                Long.toString(per),
                currency);
    }

    /// What the tokens cost, with [#SCALE] decimals, rounded half to even once, on the sum.
    public BigDecimal cost(TokenCounts tokens) {
        return over(
                times(input, tokens.input())
                        .add(times(cacheRead, tokens.cacheRead()))
                        .add(times(cacheWrite, tokens.cacheWrite()))
                        .add(times(output, tokens.output() + tokens.reasoning())));
    }

    /// What reading from the cache saved against the full input price, with [#SCALE] decimals.
    /// Negative where writing to it cost more.
    public BigDecimal saved(TokenCounts tokens) {
        return over(
                times(input.subtract(cacheRead), tokens.cacheRead())
                        .add(times(input.subtract(cacheWrite), tokens.cacheWrite())));
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }

    private BigDecimal over(BigDecimal sum) {
        return sum.divide(BigDecimal.valueOf(per), SCALE, RoundingMode.HALF_EVEN);
    }

    private static String plain(BigDecimal price) {
        return price.signum() == 0 ? "0" : price.stripTrailingZeros().toPlainString();
    }
}
