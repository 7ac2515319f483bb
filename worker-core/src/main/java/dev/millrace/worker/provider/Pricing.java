package dev.millrace.worker.provider;

import java.math.BigDecimal;
import java.util.Optional;

/// Tells what a call costs, so that the answer can say so.
@FunctionalInterface
public interface Pricing {

    /// Knows no price.
    Pricing UNKNOWN = _ -> Optional.empty();

    /// What something costs.
    ///
    /// @param currency three letters, as ISO 4217 has them, or `SIMULATED`
    record Cost(BigDecimal amount, String currency) {

        /// The amount as JSON has it, without zeros at its end and without an exponent.
        public BigDecimal plain() {
            return new BigDecimal(amount.stripTrailingZeros().toPlainString());
        }
    }

    /// The cost of these tokens; empty if no price is known.
    Optional<Cost> cost(TokenUsage usage);
}
