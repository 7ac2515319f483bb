package dev.millrace.configuration.prices;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rates, and the attempts that they hold for. Immutable.
///
/// @param above the prompt has more tokens than this; null: it has any length
/// @param serviceTier the provider served the attempt at this tier, in lower case; null: at the
///   standard one
/// @param rates what it costs
public record PriceTier(@Nullable Long above, @Nullable String serviceTier, Rates rates) {

    /// @throws IllegalArgumentException if the threshold is negative or the service tier empty
    public PriceTier {
        if (above != null && above < 0) {
            throw new IllegalArgumentException("a threshold cannot be negative: " + above);
        }
        if (serviceTier != null) {
            serviceTier = serviceTier.toLowerCase(Locale.ROOT);
            if (serviceTier.isEmpty()) {
                throw new IllegalArgumentException("a service tier has a name");
            }
        }
    }

    /// What no threshold stands for.
    long threshold() {
        return above == null ? -1 : above;
    }
}
