package dev.millrace.configuration.document;

import dev.millrace.configuration.prices.PriceEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The prices of well-known models that Millrace brings along, by provider kind. Their date and
/// source stand in `starter-prices.yaml`, beside this class, and in every charge computed with
/// them.
final class StarterPrices {

    private static final List<PriceEntry> ENTRIES = load();

    private StarterPrices() {}

    static List<PriceEntry> entries() {
        return ENTRIES;
    }

    private static List<PriceEntry> load() {
        try (InputStream in =
                Objects.requireNonNull(
                        StarterPrices.class.getResourceAsStream("starter-prices.yaml"))) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<Problem> problems = new ArrayList<>();
            List<PriceEntry> entries = new ArrayList<>();
            for (Section section : ConfigurationDocument.sections(yaml, "prices", problems)) {
                String source = section.requiredText("source");
                PriceReader.read(section, "kind", source, PriceEntry.STANDARD_CURRENCY)
                        .ifPresent(entries::add);
            }
            if (!problems.isEmpty()) {
                throw new InvalidDocument(problems);
            }
            return List.copyOf(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
