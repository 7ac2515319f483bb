package dev.millrace.cli.focus;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A kind of usage that has a price of its own.
///
/// @param name as in the schema of the usage, but seconds where that counts milliseconds
/// @param unit in which it is counted, in the plural, as FOCUS spells units
/// @param quantity how much of it was used, in that unit
/// @param unitPrice the price of a block; null: this kind has none
/// @param block how many units the price is for, at least 1
/// @param always whether it counts where it costs nothing, too: images, queries and seconds are of
///   interest only to who pays for them
record Meter(
        String name,
        String unit,
        Function<Usage, BigDecimal> quantity,
        Function<AppliedPrice, @Nullable BigDecimal> unitPrice,
        ToLongFunction<AppliedPrice> block,
        boolean always) {

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
                    tokens(
                            "cache_write_1h_tokens",
                            Usage::getCacheWrite1hTokens,
                            AppliedPrice::getCacheWrite1h),
                    tokens("output_tokens", Usage::getOutputTokens, AppliedPrice::getOutput),
                    tokens("reasoning_tokens", Usage::getReasoningTokens, Meter::reasoning),
                    tokens(
                            "audio_input_tokens",
                            Usage::getAudioInputTokens,
                            AppliedPrice::getAudioInput),
                    tokens(
                            "audio_output_tokens",
                            Usage::getAudioOutputTokens,
                            AppliedPrice::getAudioOutput),
                    pieces("images", "Images", Usage::getImages, 0, AppliedPrice::getImage),
                    pieces("queries", "Queries", Usage::getQueries, 0, AppliedPrice::getQuery),
                    pieces(
                            "audio_seconds",
                            "Seconds",
                            Usage::getAudioMilliseconds,
                            3,
                            AppliedPrice::getAudioSecond),
                    pieces(
                            "compute_seconds",
                            "Seconds",
                            Usage::getComputeMilliseconds,
                            3,
                            AppliedPrice::getGpuSecond));

    private static Meter tokens(
            String name,
            ToLongFunction<Usage> count,
            Function<AppliedPrice, @Nullable BigDecimal> unitPrice) {
        return new Meter(
                name,
                "Tokens",
                usage -> BigDecimal.valueOf(count.applyAsLong(usage)),
                unitPrice,
                AppliedPrice::getPer,
                true);
    }

    /// @param decimals of a unit that the count is in: 3 for seconds that are counted in
    ///   thousandths
    private static Meter pieces(
            String name,
            String unit,
            ToLongFunction<Usage> count,
            int decimals,
            Function<AppliedPrice, @Nullable BigDecimal> unitPrice) {
        return new Meter(
                name,
                unit,
                usage -> BigDecimal.valueOf(count.applyAsLong(usage), decimals),
                unitPrice,
                _ -> 1,
                false);
    }

    /// Charges of older versions know no price of reasoning.
    private static BigDecimal reasoning(AppliedPrice price) {
        return Objects.requireNonNullElse(price.getReasoning(), price.getOutput());
    }

    /// Whether a usage has it, given the price.
    ///
    /// @param price null: none is known
    boolean counts(Usage usage, @Nullable AppliedPrice price) {
        BigDecimal each = price == null ? null : unitPrice.apply(price);
        return quantity.apply(usage).signum() != 0
                && (always || (each != null && each.signum() != 0));
    }

    /// The unit of the price, such as `1000000 Tokens`.
    String pricingUnit(long units) {
        return units == 1 ? unit : units + " " + unit;
    }
}
