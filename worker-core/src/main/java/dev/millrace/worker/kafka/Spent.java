package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a call used.
///
/// @param cost null where no price is known
/// @param currency of the cost; null without one
record Spent(TokenUsage usage, @Nullable BigDecimal cost, @Nullable String currency) {

    /// The cost with its currency; empty where no price is known.
    Optional<Pricing.Cost> priced() {
        return cost == null || currency == null
                ? Optional.empty()
                : Optional.of(new Pricing.Cost(cost, currency));
    }
}
