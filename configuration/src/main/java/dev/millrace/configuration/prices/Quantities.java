package dev.millrace.configuration.prices;

/// What one attempt used of everything that can have a price.
///
/// @param tokens by kind
/// @param images in the prompt
/// @param audioMillis length of the prompt's audio, in milliseconds
/// @param queries calls that are priced by the piece
/// @param computeMillis how long the model was occupied, in milliseconds
public record Quantities(
        TokenCounts tokens, long images, long audioMillis, long queries, long computeMillis) {

    /// @throws IllegalArgumentException if one is negative or above [TokenCounts#ABSURD]
    public Quantities {
        TokenCounts.check("number of images", images);
        TokenCounts.check("length of audio", audioMillis);
        TokenCounts.check("number of queries", queries);
        TokenCounts.check("computing time", computeMillis);
    }

    /// Tokens, and nothing else.
    public static Quantities of(TokenCounts tokens) {
        return new Quantities(tokens, 0, 0, 0, 0);
    }
}
