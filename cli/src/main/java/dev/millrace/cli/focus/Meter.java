package dev.millrace.cli.focus;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A kind of usage that has a price of its own.
///
/// @param name as in the schema of the usage
/// @param unit in which it is counted, in the plural, as FOCUS spells units
/// @param quantity how much of it was used, in that unit
/// @param unitPrice the price of a block; null: this kind has none
/// @param block how many units the price is for, at least 1
record Meter(
        String name,
        String unit,
        Function<Usage, BigDecimal> quantity,
        Function<AppliedPrice, @Nullable BigDecimal> unitPrice,
        ToLongFunction<AppliedPrice> block) {

    /// Every kind of usage, in the order of the rows.
    static final List<Meter> ALL =
            List.of(
                    tokens("input_tokens", Usage::getInputTokens, AppliedPrice::getInput),
                    tokens(
                            "cache_read_tokens",
                            Usage::getCacheReadTokens,
                            AppliedPrice::getCacheRead),
                    tokens(
                            "cache_write_tokens",
                            Usage::getCacheWriteTokens,
                            AppliedPrice::getCacheWrite),
                    tokens("output_tokens", Usage::getOutputTokens, AppliedPrice::getOutput),
                    tokens("reasoning_tokens", Usage::getReasoningTokens, AppliedPrice::getOutput));

    private static Meter tokens(
            String name,
            ToLongFunction<Usage> count,
            Function<AppliedPrice, @Nullable BigDecimal> unitPrice) {
        return new Meter(
                name,
                "Tokens",
                usage -> BigDecimal.valueOf(count.applyAsLong(usage)),
                unitPrice,
                AppliedPrice::getPer);
    }

    /// The unit of the price, such as `1000000 Tokens`.
    String pricingUnit(long units) {
        return units == 1 ? unit : units + " " + unit;
    }
}
