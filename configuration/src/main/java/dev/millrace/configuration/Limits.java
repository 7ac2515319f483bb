package dev.millrace.configuration;

import org.jspecify.annotations.Nullable;

/// What all workers together may ask of a provider.
///
/// @param concurrency attempts at once; from 1 to [#MOST_CONCURRENT]
/// @param requestsPerMinute at least 1; null for as many as there are
/// @param tokensPerMinute of prompts and completions together, at least 1; null for as many as
///   there are
/// @param reservedCompletion completion tokens that are set aside for a call until it has ended, if
///   its request allows no number of its own; less than the tokens per minute. Null to set aside
///   what a call will probably use
public record Limits(
        int concurrency,
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Long reservedCompletion) {

    /// The most attempts at once that can be configured.
    public static final int MOST_CONCURRENT = 10_000;

    /// The most requests or tokens per minute that can be configured.
    public static final long MOST_PER_MINUTE = 1_000_000_000_000L;

    /// What holds where the document says nothing.
    public static final Limits DEFAULT = new Limits(64, null, null);

    public Limits {
        refuse("concurrency", (long) concurrency, MOST_CONCURRENT);
        refuse("requests per minute", requestsPerMinute, MOST_PER_MINUTE);
        refuse("tokens per minute", tokensPerMinute, MOST_PER_MINUTE);
        if (reservedCompletion != null
                && (reservedCompletion < 1
                        || tokensPerMinute == null
                        || reservedCompletion >= tokensPerMinute)) {
            throw new IllegalArgumentException(
                    "a reserved completion needs more tokens per minute than it has");
        }
    }

    /// Limits of calls that are thought to use what calls use.
    public Limits(
            int concurrency, @Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute) {
        this(concurrency, requestsPerMinute, tokensPerMinute, null);
    }

    private static void refuse(String name, @Nullable Long value, long most) {
        if (value != null && (value < 1 || value > most)) {
            throw new IllegalArgumentException(
                    name + " must be between 1 and " + most + ", is " + value);
        }
    }
}
