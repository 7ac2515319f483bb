package dev.millrace.configuration.prices;

/// Tokens of one attempt, by kind. The kinds do not overlap.
///
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from a cache
/// @param cacheWrite prompt tokens written to a cache
/// @param cacheWriteHour prompt tokens written to a cache that keeps them for an hour, where the
///   provider tells them apart
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
/// @param audioInput prompt tokens of audio
/// @param audioOutput completion tokens of audio
public record TokenCounts(
        long input,
        long cacheRead,
        long cacheWrite,
        long cacheWriteHour,
        long output,
        long reasoning,
        long audioInput,
        long audioOutput) {

    /// No tokens.
    public static final TokenCounts NONE = new TokenCounts(0, 0, 0, 0, 0);

    /// More of anything than one call can have used; a count beyond it is an error, not a bill.
    public static final long ABSURD = 1_000_000_000L;

    /// @throws IllegalArgumentException if a count is negative or above [#ABSURD]
    public TokenCounts {
        check("token count", input);
        check("token count", cacheRead);
        check("token count", cacheWrite);
        check("token count", cacheWriteHour);
        check("token count", output);
        check("token count", reasoning);
        check("token count", audioInput);
        check("token count", audioOutput);
    }

    /// Tokens of text, with one kind of cache.
    ///
    /// @throws IllegalArgumentException as the other constructor does
    public TokenCounts(long input, long cacheRead, long cacheWrite, long output, long reasoning) {
        this(input, cacheRead, cacheWrite, 0, output, reasoning, 0, 0);
    }

    /// All tokens of the prompt.
    public long prompt() {
        return input + cacheRead + cacheWrite + cacheWriteHour + audioInput;
    }

    static void check(String what, long count) {
        if (count < 0 || count > ABSURD) {
            throw new IllegalArgumentException("a " + what + " of " + count + " cannot be");
        }
    }
}
