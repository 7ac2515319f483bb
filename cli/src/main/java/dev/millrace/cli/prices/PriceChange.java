package dev.millrace.cli.prices;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an entry of a price list changes.
///
/// @param entry the list's
/// @param before the configured entry that it takes the place of from its time on; null: there is
///   none
public record PriceChange(PriceEntry entry, @Nullable PriceEntry before) {

    /// What a list changes: its entries without those that say what is said already.
    ///
    /// @param inForce the prices that are known
    public static List<PriceChange> of(List<PriceEntry> entries, PriceList inForce) {
        List<PriceChange> changes = new ArrayList<>();
        for (PriceEntry entry : entries) {
            PriceEntry before =
                    inForce.configured(entry.provider(), entry.model(), entry.effectiveFrom())
                            .orElse(null);
            if (before == null || !says(before, entry)) {
                changes.add(new PriceChange(entry, before));
            }
        }
        return changes;
    }

    /// Whether the entry corrects one that holds from the same time.
    public boolean isCorrection() {
        return before != null && before.effectiveFrom().equals(entry.effectiveFrom());
    }

    private static boolean says(PriceEntry one, PriceEntry other) {
        return one.startingAt(other.effectiveFrom()).equals(other);
    }
}
