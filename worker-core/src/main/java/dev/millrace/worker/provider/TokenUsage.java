package dev.millrace.worker.provider;

/// The tokens of one attempt, by kind. The kinds do not overlap.
///
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from the provider's cache
/// @param cacheWrite prompt tokens written to it
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
/// @param estimated whether the provider did not report them
public record TokenUsage(
        long input,
        long cacheRead,
        long cacheWrite,
        long output,
        long reasoning,
        boolean estimated) {

    /// Nothing was used, for certain: the provider refused the call or was not reached.
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, false);

    public TokenUsage {
        if (input < 0 || cacheRead < 0 || cacheWrite < 0 || output < 0 || reasoning < 0) {
            throw new IllegalArgumentException("a token count is negative");
        }
    }

    /// What was probably used by a call whose provider did not say.
    public static TokenUsage estimate(long promptTokens, long completionTokens) {
        return new TokenUsage(promptTokens, 0, 0, completionTokens, 0, true);
    }
}
