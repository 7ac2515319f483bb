package dev.millrace.cli.focus;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Splits a charge into its kinds of usage, so that what is billed for them adds up to its amount,
/// exactly.
///
/// The ledger rounds once for each charge, to 12 decimals. So each line is rounded, and what the
/// charge's own rounding is away from their sum goes to the largest line, the first of equals.
final class FocusLines {

    /// Decimals of a product: a price has 12, a number of tokens divided by a million 6.
    static final int PRODUCT_SCALE = 18;

    /// Decimals of an amount of the ledger.
    static final int AMOUNT_SCALE = 12;

    /// What one rounding may be away from the exact value.
    private static final BigDecimal MOST_ROUNDED =
            new BigDecimal("0.5").movePointLeft(AMOUNT_SCALE);

    private FocusLines() {}

    /// At least one line: a charge for nothing at all has one of quantity 0.
    static List<FocusLine> of(Charge charge) {
        List<FocusLine> lines = new ArrayList<>();
        for (Meter meter : Meter.ALL) {
            if (meter.counts(charge.getUsage(), charge.getPrice())) {
                add(lines, meter, charge);
            }
        }
        if (lines.isEmpty()) {
            add(lines, Meter.ALL.getFirst(), charge);
        }
        BigDecimal amount = charge.getAmount();
        if (amount != null) {
            settle(lines, amount);
        }
        return lines;
    }

    private static void add(List<FocusLine> lines, Meter meter, Charge charge) {
        BigDecimal used = meter.quantity().apply(charge.getUsage());
        BigDecimal quantity = charge.getKind() == ChargeKind.REVERSAL ? used.negate() : used;
        AppliedPrice price = charge.getAmount() == null ? null : charge.getPrice();
        if (price == null) {
            lines.add(
                    new FocusLine(
                            meter.name(),
                            quantity,
                            meter.unit(),
                            quantity.setScale(PRODUCT_SCALE),
                            meter.unit(),
                            null,
                            null,
                            null));
            return;
        }
        BigDecimal unitPrice = meter.unitPrice().apply(price);
        if (unitPrice == null) {
            return;
        }
        long block = meter.block().applyAsLong(price);
        BigDecimal cost = divided(unitPrice.multiply(quantity), block);
        lines.add(
                new FocusLine(
                        meter.name(),
                        quantity,
                        meter.unit(),
                        divided(quantity, block),
                        meter.pricingUnit(block),
                        unitPrice,
                        cost,
                        cost.setScale(AMOUNT_SCALE, RoundingMode.HALF_EVEN)));
    }

    /// Makes the lines add up to the amount. What is more than rounding can explain is a line of
    /// its own: it is of a kind that is not known here.
    private static void settle(List<FocusLine> lines, BigDecimal amount) {
        BigDecimal rest =
                lines.stream().map(FocusLines::billed).reduce(amount, BigDecimal::subtract);
        BigDecimal explained = MOST_ROUNDED.multiply(BigDecimal.valueOf(lines.size() + 1L));
        if (rest.signum() == 0) {
            return;
        }
        if (lines.isEmpty() || rest.abs().compareTo(explained) > 0) {
            BigDecimal cost = rest.setScale(AMOUNT_SCALE);
            lines.add(
                    new FocusLine(
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            cost.setScale(PRODUCT_SCALE),
                            cost));
            return;
        }
        FocusLine largest =
                lines.stream()
                        .max(
                                Comparator.comparing((FocusLine line) -> billed(line).abs())
                                        .thenComparing(line -> -lines.indexOf(line)))
                        .orElseThrow();
        lines.set(lines.indexOf(largest), largest.withBilledCost(billed(largest).add(rest)));
    }

    private static BigDecimal billed(FocusLine line) {
        return zeroIfNull(line.billedCost());
    }

    private static BigDecimal zeroIfNull(@Nullable BigDecimal cost) {
        return cost == null ? BigDecimal.ZERO : cost;
    }

    private static BigDecimal divided(BigDecimal dividend, long block) {
        return dividend.divide(BigDecimal.valueOf(block), PRODUCT_SCALE, RoundingMode.HALF_EVEN);
    }
}
