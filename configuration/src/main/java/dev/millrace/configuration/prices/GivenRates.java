package dev.millrace.configuration.prices;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rates that a price list says, which are rarely all of them. Immutable.
public final class GivenRates {

    private final Map<RateKind, BigDecimal> given = new EnumMap<>(RateKind.class);

    /// @param given what is said; not changed later
    public GivenRates(Map<RateKind, BigDecimal> given) {
        this.given.putAll(given);
    }

    public boolean isEmpty() {
        return given.isEmpty();
    }

    /// Whether something is said of what no attempt is without: the price of its prompt, or one of
    /// the prices by the piece.
    public boolean isPrice() {
        return given.keySet().stream()
                .anyMatch(kind -> kind == RateKind.INPUT || kind.isPerPiece());
    }

    /// The price of a kind; null where nothing is said of it.
    public @Nullable BigDecimal of(RateKind kind) {
        return given.get(kind);
    }

    /// These, and where they say nothing, the others.
    public GivenRates orElse(GivenRates others) {
        Map<RateKind, BigDecimal> all = new EnumMap<>(RateKind.class);
        all.putAll(others.given);
        all.putAll(given);
        return new GivenRates(all);
    }

    /// All rates. Where nothing is said, tokens of the cache and of audio cost as much as other
    /// tokens of the prompt or the completion, reasoning as much as output, an hour's cache as much
    /// as a shorter one, and nothing else costs anything.
    ///
    /// @throws IllegalArgumentException as [Rates] does
    public Rates complete() {
        BigDecimal input = or(RateKind.INPUT, BigDecimal.ZERO);
        BigDecimal output = or(RateKind.OUTPUT, BigDecimal.ZERO);
        BigDecimal cacheWrite = or(RateKind.CACHE_WRITE, input);
        return new Rates(
                input,
                or(RateKind.CACHE_READ, input),
                cacheWrite,
                or(RateKind.CACHE_WRITE_HOUR, cacheWrite),
                output,
                or(RateKind.REASONING, output),
                or(RateKind.AUDIO_INPUT, input),
                or(RateKind.AUDIO_OUTPUT, output),
                or(RateKind.IMAGE, BigDecimal.ZERO),
                or(RateKind.AUDIO_SECOND, BigDecimal.ZERO),
                or(RateKind.QUERY, BigDecimal.ZERO),
                or(RateKind.GPU_SECOND, BigDecimal.ZERO));
    }

    private BigDecimal or(RateKind kind, BigDecimal otherwise) {
        return given.getOrDefault(kind, otherwise);
    }
}
