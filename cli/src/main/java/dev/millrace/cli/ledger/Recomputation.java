package dev.millrace.cli.ledger;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a usage costs at the price that a charge names.
final class Recomputation {

    /// Digits after the decimal point of every amount.
    private static final int SCALE = 12;

    private Recomputation() {}

    /// Usage times price, negative for a reversal; null without a price.
    static @Nullable BigDecimal amount(Charge charge, Usage usage) {
        AppliedPrice price = charge.getPrice();
        if (price == null) {
            return null;
        }
        BigDecimal tokens =
                times(price.getInput(), usage.getInputTokens())
                        .add(times(price.getCacheRead(), usage.getCacheReadTokens()))
                        .add(times(price.getCacheWrite(), usage.getCacheWriteTokens()))
                        .add(times(price.getCacheWrite1h(), usage.getCacheWrite1hTokens()))
                        .add(times(price.getOutput(), usage.getOutputTokens()))
                        .add(times(reasoning(price), usage.getReasoningTokens()))
                        .add(times(price.getAudioInput(), usage.getAudioInputTokens()))
                        .add(times(price.getAudioOutput(), usage.getAudioOutputTokens()));
        BigDecimal pieces =
                times(price.getImage(), usage.getImages())
                        .add(times(price.getQuery(), usage.getQueries()))
                        .add(seconds(price.getAudioSecond(), usage.getAudioMilliseconds()))
                        .add(seconds(price.getGpuSecond(), usage.getComputeMilliseconds()));
        BigDecimal per = BigDecimal.valueOf(price.getPer());
        BigDecimal amount =
                tokens.add(pieces.multiply(per)).divide(per, SCALE, RoundingMode.HALF_EVEN);
        return charge.getKind() == ChargeKind.REVERSAL ? amount.negate() : amount;
    }

    static boolean equal(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other == null : other != null && one.compareTo(other) == 0;
    }

    /// Charges of older versions know no price of reasoning.
    private static BigDecimal reasoning(AppliedPrice price) {
        return Objects.requireNonNullElse(price.getReasoning(), price.getOutput());
    }

    private static BigDecimal seconds(@Nullable BigDecimal price, long milliseconds) {
        return times(price, milliseconds).movePointLeft(3);
    }

    private static BigDecimal times(@Nullable BigDecimal price, long count) {
        return price == null ? BigDecimal.ZERO : price.multiply(BigDecimal.valueOf(count));
    }
}
