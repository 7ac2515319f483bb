package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What one attempt costs.
///
/// @param consumption what it used
/// @param price the entry that it is computed with; null: no price is known, which is not 0
/// @param tier of the entry's rates those that hold for it; null with the price
/// @param amount with [PriceEntry#SCALE] decimals; null with the price
/// @param saved what a cache saved against the full price; null with the price
public record Bill(
        Consumption consumption,
        @Nullable PriceEntry price,
        @Nullable PriceTier tier,
        @Nullable BigDecimal amount,
        @Nullable BigDecimal saved) {

    /// More than any price or charge can be. The records' `decimal(38,12)` holds a hundred million
    /// times as much, so that no sum of charges leaves it.
    public static final BigDecimal LARGEST = BigDecimal.TEN.pow(18);

    public Bill {
        if ((price == null) != (amount == null)
                || (price == null) != (saved == null)
                || (price == null) != (tier == null)) {
            throw new IllegalArgumentException("a bill has a price and amounts, or neither");
        }
    }

    /// Bills a consumption.
    ///
    /// @param price the entry in force when the attempt ended; null where none is known. One whose
    ///   amounts go beyond [#LARGEST] is no price
    /// @param serviceTier that the provider says it used; null where it said nothing
    public static Bill of(
            Consumption consumption, @Nullable PriceEntry price, @Nullable String serviceTier) {
        if (price == null) {
            return unpriced(consumption);
        }
        PriceTier tier = price.tier(consumption.used().tokens().prompt(), serviceTier);
        if (!isCredible(tier)) {
            return unpriced(consumption);
        }
        BigDecimal amount = price.cost(consumption.used(), tier);
        BigDecimal saved = price.saved(consumption.used(), tier);
        if (amount.compareTo(LARGEST) > 0 || saved.abs().compareTo(LARGEST) > 0) {
            return unpriced(consumption);
        }
        return new Bill(consumption, price, tier, amount, saved);
    }

    private static Bill unpriced(Consumption consumption) {
        return new Bill(consumption, null, null, null, null);
    }

    private static boolean isCredible(PriceTier tier) {
        return tier.rates().all().stream().allMatch(unit -> unit.compareTo(LARGEST) <= 0);
    }
}
