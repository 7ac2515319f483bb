package dev.millrace.ingress.costs;

import java.util.Locale;

/// What is counted beside the money, in the order in which answers have it.
public enum Count {
    /// Requests whose first attempt is here.
    REQUESTS,
    /// Provider calls.
    ATTEMPTS,
    /// Provider calls that did not complete.
    FAILURES,
    /// Provider calls without a known price.
    UNPRICED_ATTEMPTS,
    /// Provider calls whose usage is estimated.
    ESTIMATED_ATTEMPTS,
    /// Prompt tokens outside any cache.
    INPUT_TOKENS,
    /// Prompt tokens read from a cache.
    CACHE_READ_TOKENS,
    /// Prompt tokens written to a cache.
    CACHE_WRITE_TOKENS,
    /// Completion tokens without reasoning.
    OUTPUT_TOKENS,
    /// Completion tokens spent on reasoning.
    REASONING_TOKENS,
    /// Prompt tokens written to a cache that keeps them for an hour.
    CACHE_WRITE_1H_TOKENS,
    /// Prompt tokens of audio.
    AUDIO_INPUT_TOKENS,
    /// Completion tokens of audio.
    AUDIO_OUTPUT_TOKENS,
    /// Images in the prompts.
    IMAGES,
    /// Length of the prompts' audio.
    AUDIO_MILLISECONDS,
    /// Calls that are priced by the piece.
    QUERIES,
    /// How long models were occupied.
    COMPUTE_MILLISECONDS;

    /// As the API spells it.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
