package dev.millrace.configuration.prices;

/// Tokens of one attempt, by kind. The kinds do not overlap.
///
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from a cache
/// @param cacheWrite prompt tokens written to a cache
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
public record TokenCounts(
        long input, long cacheRead, long cacheWrite, long output, long reasoning) {

    /// More tokens than any call can have used; a count beyond it is an error, not a bill.
    public static final long ABSURD = 1_000_000_000L;

    /// @throws IllegalArgumentException if a count is negative or above [#ABSURD]
    public TokenCounts {
        for (long count : new long[] {input, cacheRead, cacheWrite, output, reasoning}) {
            if (count < 0 || count > ABSURD) {
                throw new IllegalArgumentException("a token count of " + count + " cannot be");
            }
        }
    }
}
