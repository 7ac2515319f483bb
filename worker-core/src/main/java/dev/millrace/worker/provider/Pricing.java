package dev.millrace.worker.provider;

import java.math.BigDecimal;
import java.util.Optional;

/// Tells what a call costs, so that the answer can say so.
@FunctionalInterface
public interface Pricing {

    /// Knows no price.
    Pricing UNKNOWN = _ -> Optional.empty();

    /// The cost of these tokens; empty if no price is known.
    Optional<BigDecimal> cost(TokenUsage usage);
}
