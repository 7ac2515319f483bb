package dev.millrace.cli.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// One topic's amounts in one currency beside what they come to when they are computed anew.
///
/// @param currency null for what has no price
/// @param entries charges, or sums
/// @param computed from the records that the topic is made of
/// @param stated on the topic
public record Balance(
        String topic,
        @Nullable String currency,
        long entries,
        BigDecimal computed,
        BigDecimal stated) {

    /// Zero where all is well.
    public BigDecimal drift() {
        return stated.subtract(computed);
    }
}
