package dev.millrace.worker.provider;

import org.jspecify.annotations.Nullable;

/// The tokens of one attempt, by kind. The kinds do not overlap.
///
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from the provider's cache
/// @param cacheWrite prompt tokens written to it
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
/// @param details what few calls use, and what the price may depend on
/// @param estimated whether the provider did not report them
public record TokenUsage(
        long input,
        long cacheRead,
        long cacheWrite,
        long output,
        long reasoning,
        Details details,
        boolean estimated) {

    /// What few calls use, and what the price may depend on.
    ///
    /// @param cacheWriteHour prompt tokens written to a cache that keeps them for an hour, apart
    ///   from the others
    /// @param audioInput prompt tokens of audio
    /// @param audioOutput completion tokens of audio
    /// @param audioMillis length of the prompt's audio, in milliseconds
    /// @param images in the prompt
    /// @param queries searches and the like that the provider reports
    /// @param serviceTier that the provider says it used; null where it says nothing
    public record Details(
            long cacheWriteHour,
            long audioInput,
            long audioOutput,
            long audioMillis,
            long images,
            long queries,
            @Nullable String serviceTier) {

        /// Nothing of all this.
        public static final Details NONE = new Details(0, 0, 0, 0, 0, 0, null);

        public Details {
            refuseNegative(cacheWriteHour, audioInput, audioOutput, audioMillis, images, queries);
        }

        /// Stands here, and not beside its other caller, so that neither class waits for the other
        /// to be initialized.
        private static void refuseNegative(long... counts) {
            for (long count : counts) {
                if (count < 0) {
                    throw new IllegalArgumentException("a count is negative");
                }
            }
        }

        /// These, for a prompt with so many images.
        public Details withImages(long number) {
            return new Details(
                    cacheWriteHour,
                    audioInput,
                    audioOutput,
                    audioMillis,
                    number,
                    queries,
                    serviceTier);
        }

        /// These, served at a tier.
        public Details withServiceTier(@Nullable String tier) {
            return new Details(
                    cacheWriteHour, audioInput, audioOutput, audioMillis, images, queries, tier);
        }
    }

    /// Nothing was used, for certain: the provider refused the call or was not reached.
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, false);

    public TokenUsage {
        Details.refuseNegative(input, cacheRead, cacheWrite, output, reasoning);
    }

    /// Without details.
    public TokenUsage(
            long input,
            long cacheRead,
            long cacheWrite,
            long output,
            long reasoning,
            boolean estimated) {
        this(input, cacheRead, cacheWrite, output, reasoning, Details.NONE, estimated);
    }

    /// What was probably used by a call whose provider did not say.
    public static TokenUsage estimate(long promptTokens, long completionTokens) {
        return new TokenUsage(promptTokens, 0, 0, completionTokens, 0, true);
    }

    /// All tokens of the prompt.
    public long prompt() {
        return input + cacheRead + cacheWrite + details.cacheWriteHour() + details.audioInput();
    }

    /// All tokens of the completion.
    public long completion() {
        return output + reasoning + details.audioOutput();
    }

    /// The same tokens with other details.
    public TokenUsage with(Details others) {
        return new TokenUsage(input, cacheRead, cacheWrite, output, reasoning, others, estimated);
    }
}
