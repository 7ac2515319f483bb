package dev.millrace.accounting.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What a charge, or the reversal of one, adds to a sum.
///
/// @param sign 1 for a charge, -1 for a reversal
/// @param countsRequest whether the charge is the one that its request is counted with
/// @param completed whether the attempt completed
/// @param consumption what the attempt used
/// @param amount what is added: not above 0 on a reversal. Null: no price is known
/// @param saved what a cache saved, with the amount's sign; null with the amount
/// @param timing how long the attempt took; null where it did not complete
public record Posting(
        int sign,
        boolean countsRequest,
        boolean completed,
        Consumption consumption,
        @Nullable BigDecimal amount,
        @Nullable BigDecimal saved,
        @Nullable Timing timing) {

    /// How long an attempt took.
    ///
    /// @param latencyMillis from its start to its end
    /// @param firstTokenMillis from its start to the first content; null where none was streamed
    public record Timing(long latencyMillis, @Nullable Long firstTokenMillis) {}

    public Posting {
        if (sign != 1 && sign != -1) {
            throw new IllegalArgumentException("a sign is 1 or -1, not " + sign);
        }
    }
}
