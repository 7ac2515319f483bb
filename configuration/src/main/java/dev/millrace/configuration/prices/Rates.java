package dev.millrace.configuration.prices;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.UnaryOperator;

/// What each kind of use costs. Immutable.
///
/// The prices of tokens are for a number of tokens that the price entry says; the others are for
/// one image, one second of audio, one query, one second of the call. Those are 0 where such things
/// are not priced apart.
///
/// @param input price of prompt tokens outside any cache
/// @param cacheRead price of prompt tokens read from a cache
/// @param cacheWrite price of prompt tokens written to a cache
/// @param cacheWriteHour price of prompt tokens written to a cache that keeps them for an hour
/// @param output price of completion tokens
/// @param reasoning price of reasoning tokens
/// @param audioInput price of audio tokens in the prompt
/// @param audioOutput price of audio tokens in the completion
/// @param image price of an image in the prompt
/// @param audioSecond price of a second of audio in the prompt
/// @param query price of a query
/// @param gpuSecond price of a second that the model was occupied
public record Rates(
        BigDecimal input,
        BigDecimal cacheRead,
        BigDecimal cacheWrite,
        BigDecimal cacheWriteHour,
        BigDecimal output,
        BigDecimal reasoning,
        BigDecimal audioInput,
        BigDecimal audioOutput,
        BigDecimal image,
        BigDecimal audioSecond,
        BigDecimal query,
        BigDecimal gpuSecond) {

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    /// @throws IllegalArgumentException if a price is negative or has more than [PriceEntry#SCALE]
    ///   decimals
    public Rates {
        for (BigDecimal price :
                List.of(
                        input,
                        cacheRead,
                        cacheWrite,
                        cacheWriteHour,
                        output,
                        reasoning,
                        audioInput,
                        audioOutput,
                        image,
                        audioSecond,
                        query,
                        gpuSecond)) {
            check(price);
        }
    }

    /// Rates of text: reasoning and audio cost as other tokens, and nothing else has a price.
    ///
    /// @throws IllegalArgumentException as the constructor does
    public static Rates of(
            BigDecimal input, BigDecimal cacheRead, BigDecimal cacheWrite, BigDecimal output) {
        return new Rates(
                input,
                cacheRead,
                cacheWrite,
                cacheWrite,
                output,
                output,
                input,
                output,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO);
    }

    /// All of them, in the order of the components.
    public List<BigDecimal> all() {
        return List.of(
                input,
                cacheRead,
                cacheWrite,
                cacheWriteHour,
                output,
                reasoning,
                audioInput,
                audioOutput,
                image,
                audioSecond,
                query,
                gpuSecond);
    }

    /// What quantities cost, with [PriceEntry#SCALE] decimals, rounded half to even once, on the
    /// sum.
    ///
    /// @param per how many tokens the prices of tokens are for
    public BigDecimal cost(Quantities used, long per) {
        TokenCounts tokens = used.tokens();
        BigDecimal ofTokens =
                times(input, tokens.input())
                        .add(times(cacheRead, tokens.cacheRead()))
                        .add(times(cacheWrite, tokens.cacheWrite()))
                        .add(times(cacheWriteHour, tokens.cacheWriteHour()))
                        .add(times(output, tokens.output()))
                        .add(times(reasoning, tokens.reasoning()))
                        .add(times(audioInput, tokens.audioInput()))
                        .add(times(audioOutput, tokens.audioOutput()));
        if (!pricesPieces()) {
            return over(ofTokens, BigDecimal.valueOf(per));
        }
        BigDecimal thousandfold =
                times(audioSecond, used.audioMillis())
                        .add(times(gpuSecond, used.computeMillis()))
                        .add(
                                times(image, used.images())
                                        .add(times(query, used.queries()))
                                        .multiply(THOUSAND));
        BigDecimal divisor = BigDecimal.valueOf(per);
        return over(
                ofTokens.multiply(THOUSAND).add(thousandfold.multiply(divisor)),
                divisor.multiply(THOUSAND));
    }

    /// What reading from the cache saved against the full input price, with [PriceEntry#SCALE]
    /// decimals. Negative where writing to it cost more.
    ///
    /// @param per how many tokens the prices of tokens are for
    public BigDecimal saved(TokenCounts tokens, long per) {
        return over(
                times(input.subtract(cacheRead), tokens.cacheRead())
                        .add(times(input.subtract(cacheWrite), tokens.cacheWrite()))
                        .add(times(input.subtract(cacheWriteHour), tokens.cacheWriteHour())),
                BigDecimal.valueOf(per));
    }

    /// Whether these are the rates that [Rates#of] makes.
    boolean areOfText() {
        return equals(of(input, cacheRead, cacheWrite, output));
    }

    /// The same prices in another form, such as without trailing zeros.
    Rates map(UnaryOperator<BigDecimal> form) {
        return new Rates(
                form.apply(input),
                form.apply(cacheRead),
                form.apply(cacheWrite),
                form.apply(cacheWriteHour),
                form.apply(output),
                form.apply(reasoning),
                form.apply(audioInput),
                form.apply(audioOutput),
                form.apply(image),
                form.apply(audioSecond),
                form.apply(query),
                form.apply(gpuSecond));
    }

    private boolean pricesPieces() {
        return image.signum() != 0
                || audioSecond.signum() != 0
                || query.signum() != 0
                || gpuSecond.signum() != 0;
    }

    private static void check(BigDecimal price) {
        if (price.signum() < 0) {
            throw new IllegalArgumentException(
                    "a price cannot be negative: " + price.toPlainString());
        }
        if (price.stripTrailingZeros().scale() > PriceEntry.SCALE) {
            throw new IllegalArgumentException(
                    "a price has at most "
                            + PriceEntry.SCALE
                            + " decimals: "
                            + price.toPlainString());
        }
    }

    private static BigDecimal times(BigDecimal price, long count) {
        return count == 0 ? BigDecimal.ZERO : price.multiply(BigDecimal.valueOf(count));
    }

    private static BigDecimal over(BigDecimal sum, BigDecimal divisor) {
        return sum.divide(divisor, PriceEntry.SCALE, RoundingMode.HALF_EVEN);
    }
}
