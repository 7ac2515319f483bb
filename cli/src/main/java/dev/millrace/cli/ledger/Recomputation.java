package dev.millrace.cli.ledger;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
        BigDecimal amount =
                times(price.getInput(), usage.getInputTokens())
                        .add(times(price.getCacheRead(), usage.getCacheReadTokens()))
                        .add(times(price.getCacheWrite(), usage.getCacheWriteTokens()))
                        .add(times(price.getOutput(), usage.getOutputTokens()))
                        .add(times(price.getOutput(), usage.getReasoningTokens()))
                        .divide(BigDecimal.valueOf(price.getPer()), SCALE, RoundingMode.HALF_EVEN);
        return charge.getKind() == ChargeKind.REVERSAL ? amount.negate() : amount;
    }

    static boolean equal(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other == null : other != null && one.compareTo(other) == 0;
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }
}
