package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.TokenCounts;
import org.jspecify.annotations.Nullable;

/// What one attempt used.
///
/// @param tokens by kind
/// @param estimated whether the provider did not report them
public record Consumption(TokenCounts tokens, boolean estimated) {

    /// Nothing was used, for certain.
    public static final Consumption NOTHING =
            new Consumption(new TokenCounts(0, 0, 0, 0, 0), false);

    /// What is charged for a call of which only the prompt is known.
    ///
    /// @param promptTokens the router's estimate
    /// @throws IllegalArgumentException if the estimate cannot be a count of tokens
    public static Consumption estimate(long promptTokens) {
        return new Consumption(new TokenCounts(promptTokens, 0, 0, 0, 0), true);
    }

    /// What is charged for a call that ended.
    ///
    /// @param stated what the worker said it used; null where it said nothing
    /// @param promptTokens the router's estimate, for a call that said nothing and may have been
    ///   served
    /// @throws IllegalArgumentException if the estimate is needed and cannot be a count of tokens
    public static Consumption of(Ending ending, @Nullable Consumption stated, long promptTokens) {
        if (stated != null) {
            return stated;
        }
        return switch (ending) {
            case COMPLETED, BROKEN_OFF -> estimate(promptTokens);
            case REFUSED -> NOTHING;
        };
    }
}
