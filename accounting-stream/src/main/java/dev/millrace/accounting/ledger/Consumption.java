package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.TokenCounts;
import org.jspecify.annotations.Nullable;

/// What one attempt used.
///
/// @param used of everything that can have a price
/// @param estimated whether the provider did not report it
public record Consumption(Quantities used, boolean estimated) {

    /// Nothing was used, for certain.
    public static final Consumption NOTHING =
            new Consumption(Quantities.of(TokenCounts.NONE), false);

    /// What is charged for a call of which only the prompt is known.
    ///
    /// @param promptTokens the router's estimate
    /// @throws IllegalArgumentException if the estimate cannot be a count of tokens
    public static Consumption estimate(long promptTokens) {
        return new Consumption(
                new Quantities(new TokenCounts(promptTokens, 0, 0, 0, 0), 0, 0, 1, 0), true);
    }

    /// What is charged for a call that ended. One that was served is a query, if the provider does
    /// not say that it was several, and has occupied the model from its start to its end.
    ///
    /// @param stated what the worker said it used; null where it said nothing
    /// @param promptTokens the router's estimate, for a call that said nothing and may have been
    ///   served
    /// @param lasted from start to end, in milliseconds; below 0 where the clock was set back
    /// @throws IllegalArgumentException if the estimate is needed and cannot be a count of tokens
    public static Consumption of(
            Ending ending, @Nullable Consumption stated, long promptTokens, long lasted) {
        return switch (ending) {
            case COMPLETED, BROKEN_OFF ->
                    (stated == null ? estimate(promptTokens) : stated).served(lasted);
            case REFUSED -> stated == null ? NOTHING : stated;
        };
    }

    private Consumption served(long lasted) {
        return new Consumption(
                new Quantities(
                        used.tokens(),
                        used.images(),
                        used.audioMillis(),
                        Math.max(1, used.queries()),
                        Math.clamp(lasted, 0, TokenCounts.ABSURD)),
                estimated);
    }
}
