package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.TokenCounts;

/// What several attempts used together.
///
/// @param input prompt tokens outside any cache
/// @param cacheRead prompt tokens read from a cache
/// @param cacheWrite prompt tokens written to a cache
/// @param cacheWriteHour prompt tokens written to a cache that keeps them for an hour
/// @param output completion tokens without reasoning
/// @param reasoning completion tokens spent on reasoning
/// @param audioInput prompt tokens of audio
/// @param audioOutput completion tokens of audio
/// @param images in the prompts
/// @param audioMillis length of the prompts' audio, in milliseconds
/// @param queries calls that are priced by the piece
/// @param computeMillis how long models were occupied, in milliseconds
public record Used(
        long input,
        long cacheRead,
        long cacheWrite,
        long cacheWriteHour,
        long output,
        long reasoning,
        long audioInput,
        long audioOutput,
        long images,
        long audioMillis,
        long queries,
        long computeMillis) {

    /// Nothing.
    public static final Used NOTHING = new Used(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// This and what one attempt used.
    ///
    /// @param sign 1 to add it, -1 to take it away
    Used plus(int sign, Quantities used) {
        TokenCounts tokens = used.tokens();
        return new Used(
                input + sign * tokens.input(),
                cacheRead + sign * tokens.cacheRead(),
                cacheWrite + sign * tokens.cacheWrite(),
                cacheWriteHour + sign * tokens.cacheWriteHour(),
                output + sign * tokens.output(),
                reasoning + sign * tokens.reasoning(),
                audioInput + sign * tokens.audioInput(),
                audioOutput + sign * tokens.audioOutput(),
                images + sign * used.images(),
                audioMillis + sign * used.audioMillis(),
                queries + sign * used.queries(),
                computeMillis + sign * used.computeMillis());
    }

    /// This and other attempts.
    Used plus(Used other) {
        return new Used(
                input + other.input,
                cacheRead + other.cacheRead,
                cacheWrite + other.cacheWrite,
                cacheWriteHour + other.cacheWriteHour,
                output + other.output,
                reasoning + other.reasoning,
                audioInput + other.audioInput,
                audioOutput + other.audioOutput,
                images + other.images,
                audioMillis + other.audioMillis,
                queries + other.queries,
                computeMillis + other.computeMillis);
    }
}
