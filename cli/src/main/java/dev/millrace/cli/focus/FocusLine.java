package dev.millrace.cli.focus;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What one kind of usage adds to a charge. Quantities and costs of a reversal are negative.
///
/// @param kind of the usage; null for what no kind accounts for
/// @param quantity in units; null without a kind
/// @param unit null without a kind
/// @param pricingQuantity in blocks, as the price is stated; null without a kind
/// @param pricingUnit null without a kind
/// @param unitPrice of a block; null where no price is known
/// @param listCost the unit price times the pricing quantity, with 18 decimals; null where no price
///   is known
/// @param billedCost its part of the charge's amount, with 12 decimals; null where no price is
///   known
record FocusLine(
        @Nullable String kind,
        @Nullable BigDecimal quantity,
        @Nullable String unit,
        @Nullable BigDecimal pricingQuantity,
        @Nullable String pricingUnit,
        @Nullable BigDecimal unitPrice,
        @Nullable BigDecimal listCost,
        @Nullable BigDecimal billedCost) {

    FocusLine withBilledCost(BigDecimal cost) {
        return new FocusLine(
                kind, quantity, unit, pricingQuantity, pricingUnit, unitPrice, listCost, cost);
    }

    /// How much more was billed than the exact product of price and quantity; null where no price
    /// is known.
    @Nullable BigDecimal roundingDifference() {
        return billedCost == null || listCost == null ? null : billedCost.subtract(listCost);
    }
}
