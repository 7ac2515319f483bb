package dev.millrace.configuration.document;

import dev.millrace.configuration.prices.PriceEntry;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/// Reads one entry of a price list.
final class PriceReader {

    private PriceReader() {}

    /// @param owner the key that says whose price it is: `provider`, or `kind` in the starter list
    /// @param source where the prices come from
    static Optional<PriceEntry> read(Section section, String owner, String source) {
        String provider = section.requiredText(owner);
        String model = section.requiredText("model");
        BigDecimal input = required(section, "input");
        BigDecimal cached = section.decimal("cached-input").orElse(input);
        BigDecimal cacheWrite = section.decimal("cache-write").orElse(input);
        BigDecimal output = section.decimal("output").orElse(BigDecimal.ZERO);
        long per = section.wholeNumber("per").orElse(1_000_000L);
        String currency = section.text("currency").orElse("USD");
        Instant from = section.value("effective-from", PriceReader::instant).orElse(Instant.EPOCH);
        return section.build(() ->
                new PriceEntry(
                        provider,
                        model,
                        input,
                        cached,
                        cacheWrite,
                        output,
                        per,
                        currency,
                        from,
                        source));
    }

    private static BigDecimal required(Section section, String key) {
        if (!section.has(key)) {
            section.problem(key, "is missing");
        }
        return section.decimal(key).orElse(BigDecimal.ZERO);
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
