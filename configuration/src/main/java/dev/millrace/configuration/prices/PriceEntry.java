package dev.millrace.configuration.prices;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a model costs from a time on. Immutable. Two entries are equal that say the same of the
/// same time, wherever they come from.
public final class PriceEntry {

    /// Digits after the decimal point of every amount, as in the records' `decimal(38,12)`.
    public static final int SCALE = 12;

    /// The currency of prices that name none, and of the ledger where the configuration names none.
    public static final String STANDARD_CURRENCY = "USD";

    /// What simulated calls cost, which nobody pays.
    public static final String SIMULATED_CURRENCY = "SIMULATED";

    /// The model of the entries that hold for all that have none of their own.
    public static final String ANY_MODEL = "*";

    /// In the order of the identity, which must not depend on the order that tiers are given in.
    private static final Comparator<PriceTier> BY_SCOPE =
            Comparator.comparing(PriceTier::serviceTier, Comparator.nullsFirst(String::compareTo))
                    .thenComparingLong(PriceTier::threshold);

    /// Answers for the standard tier, as providers call it.
    private static final Set<String> STANDARD = Set.of("", "default", "standard", "auto");

    private final String provider;
    private final String model;
    private final Rates rates;
    private final List<PriceTier> tiers;
    private final long per;
    private final String currency;
    private final Instant effectiveFrom;
    private final String source;
    private final String id;

    /// @param provider the provider's name, or its kind
    /// @param model the model's name there; [#ANY_MODEL] for every model that has no entry of its
    ///   own
    /// @param rates what holds where no tier does
    /// @param tiers what holds for long prompts, or at other service tiers of the provider
    /// @param per how many tokens the prices of tokens are for
    /// @param currency ISO 4217, or a word for a simulated one
    /// @param effectiveFrom from when the entry holds
    /// @param source where the price comes from: `configuration`, or a list with its date
    /// @throws IllegalArgumentException if `per` is not positive, or two tiers hold for the same
    ///   attempts, or one for all of them
    public PriceEntry(
            String provider,
            String model,
            Rates rates,
            List<PriceTier> tiers,
            long per,
            String currency,
            Instant effectiveFrom,
            String source) {
        if (per < 1) {
            throw new IllegalArgumentException("per must be at least 1, is " + per);
        }
        this.provider = provider;
        this.model = model;
        this.rates = rates;
        this.tiers = tiers.stream().sorted(BY_SCOPE).toList();
        this.per = per;
        this.currency = currency;
        this.effectiveFrom = effectiveFrom;
        this.source = source;
        Set<List<Object>> scopes = new HashSet<>();
        for (PriceTier tier : tiers) {
            if (tier.above() == null && tier.serviceTier() == null) {
                throw new IllegalArgumentException(
                        "a tier holds above a number of tokens, or at a service tier");
            }
            if (!scopes.add(List.of(tier.threshold(), name(tier.serviceTier())))) {
                throw new IllegalArgumentException("two tiers hold for the same attempts");
            }
        }
        this.id = identity();
    }

    public String provider() {
        return provider;
    }

    public String model() {
        return model;
    }

    public Rates rates() {
        return rates;
    }

    /// Ordered by what they hold for.
    public List<PriceTier> tiers() {
        return tiers;
    }

    public long per() {
        return per;
    }

    public String currency() {
        return currency;
    }

    public Instant effectiveFrom() {
        return effectiveFrom;
    }

    public String source() {
        return source;
    }

    /// Identifies the entry by all that it says of the price: a corrected price is another entry.
    public String id() {
        return id;
    }

    /// The same prices from another time on.
    public PriceEntry startingAt(Instant time) {
        return new PriceEntry(provider, model, rates, tiers, per, currency, time, source);
    }

    /// Of the rates that hold for an attempt those of its own service tier, and of these the ones
    /// with the highest threshold that its prompt is above. A service tier that has no rates costs
    /// what the standard one does.
    ///
    /// @param promptTokens of all kinds
    /// @param serviceTier as the provider names it; null where it said nothing
    public PriceTier tier(long promptTokens, @Nullable String serviceTier) {
        PriceTier best = new PriceTier(null, null, rates);
        if (tiers.isEmpty()) {
            return best;
        }
        String served = name(serviceTier).toLowerCase(Locale.ROOT);
        boolean standard = STANDARD.contains(served);
        for (PriceTier tier : tiers) {
            boolean own = !standard && served.equals(tier.serviceTier());
            if ((own || tier.serviceTier() == null)
                    && promptTokens > tier.threshold()
                    && rank(tier) > rank(best)) {
                best = tier;
            }
        }
        return best;
    }

    /// What an attempt costs by the rates of a tier, with [#SCALE] decimals.
    public BigDecimal cost(Quantities used, PriceTier tier) {
        return tier.rates().cost(used, per);
    }

    /// What a cache saved an attempt by the rates of a tier, with [#SCALE] decimals; negative where
    /// it cost more.
    public BigDecimal saved(Quantities used, PriceTier tier) {
        return tier.rates().saved(used.tokens(), per);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PriceEntry entry && entry.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id;
    }

    private String identity() {
        return String.join(
                "/",
                provider,
                model,
                effectiveFrom.toString(),
                tiers.isEmpty() && rates.areOfText()
                        ? List.of(
                                        rates.input(),
                                        rates.cacheRead(),
                                        rates.cacheWrite(),
                                        rates.output())
                                .stream()
                                .map(PriceEntry::plain)
                                .collect(Collectors.joining("+"))
                        : digest(),
                Long.toString(per),
                currency);
    }

    /// A service tier's own rates come before any of the standard one.
    private static long rank(PriceTier tier) {
        return tier.threshold() + (tier.serviceTier() == null ? 0 : 1L << 62);
    }

    private String digest() {
        StringBuilder all = new StringBuilder();
        append(all, null, rates);
        for (PriceTier tier : tiers) {
            append(all, tier, tier.rates());
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void append(StringBuilder all, @Nullable PriceTier tier, Rates rates) {
        if (tier != null) {
            all.append(tier.threshold()).append(' ').append(name(tier.serviceTier())).append(' ');
        }
        rates.all().forEach(rate -> all.append(plain(rate)).append('+'));
        all.append('\n');
    }

    private static String name(@Nullable String serviceTier) {
        return serviceTier == null ? "" : serviceTier;
    }

    private static String plain(BigDecimal price) {
        return price.signum() == 0 ? "0" : price.stripTrailingZeros().toPlainString();
    }
}
