package dev.millrace.configuration.document;

import dev.millrace.configuration.prices.GivenRates;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.RateKind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads one entry of a price list.
final class PriceReader {

    private PriceReader() {}

    /// @param owner the key that says whose price it is: `provider`, or `kind` in the starter list
    /// @param source where the prices come from
    /// @param currency of entries that name none
    static Optional<PriceEntry> read(
            Section section, String owner, String source, String currency) {
        String provider = section.requiredText(owner);
        String model = section.requiredText("model");
        GivenRates given = given(section);
        if (!given.isPrice()) {
            section.problem(RateKind.INPUT.spelling(), "is missing");
        }
        List<PriceTier> tiers = new ArrayList<>();
        for (Section tier : section.sections("tiers")) {
            tier(tier, given).ifPresent(tiers::add);
        }
        long per = section.wholeNumber("per").orElse(1_000_000L);
        String stated = section.text("currency").orElse(currency);
        Instant from = section.value("effective-from", PriceReader::instant).orElse(Instant.EPOCH);
        return section.build(() ->
                new PriceEntry(
                        provider, model, given.complete(), tiers, per, stated, from, source));
    }

    private static Optional<PriceTier> tier(Section section, GivenRates base) {
        GivenRates given = given(section);
        if (given.isEmpty()) {
            section.problem(RateKind.INPUT.spelling(), "no price is given for the tier");
        }
        Long above = section.wholeNumber("above").orElse(null);
        String serviceTier = section.text("service-tier").orElse(null);
        return section.build(
                () -> new PriceTier(above, serviceTier, given.orElse(base).complete()));
    }

    private static GivenRates given(Section section) {
        Map<RateKind, BigDecimal> given = new EnumMap<>(RateKind.class);
        for (RateKind kind : RateKind.values()) {
            section.decimal(kind.spelling()).ifPresent(price -> given.put(kind, price));
        }
        return new GivenRates(given);
    }

    private static Instant instant(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "expected a date such as 2026-01-01 or a time such as 2026-01-01T12:00:00Z, got '"
                            + text
                            + "'",
                    e);
        }
    }
}
