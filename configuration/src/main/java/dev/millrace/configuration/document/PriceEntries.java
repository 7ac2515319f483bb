package dev.millrace.configuration.document;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.prices.PriceEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads `prices`: the entries, and what they may not say together.
final class PriceEntries {

    private record Start(String provider, String model, Instant from) {}

    private PriceEntries() {}

    /// @param document whose `prices` are read
    /// @param providers the names of the configured providers
    /// @param currency the ledger's
    /// @param source of the entries
    static List<PriceEntry> read(
            Section document, Set<String> providers, String currency, String source) {
        List<PriceEntry> entries = new ArrayList<>();
        Set<Start> starts = new HashSet<>();
        for (Section section : document.sections("prices")) {
            PriceReader.read(section, "provider", source, currency)
                    .filter(entry -> isValid(entry, section, providers, currency, starts))
                    .ifPresent(entries::add);
        }
        return entries;
    }

    private static boolean isValid(
            PriceEntry entry,
            Section section,
            Set<String> providers,
            String currency,
            Set<Start> starts) {
        String provider = entry.provider();
        if (!providers.contains(provider) && ProviderKind.of(provider).isEmpty()) {
            section.problem(
                    "provider",
                    "'" + provider + "' is not a configured provider, and not a kind of provider");
            return false;
        }
        if (!Set.of(currency, PriceEntry.SIMULATED_CURRENCY).contains(entry.currency())) {
            section.problem(
                    "currency",
                    "'" + entry.currency() + "' is not the ledger's, which is " + currency);
            return false;
        }
        if (!starts.add(new Start(provider, entry.model(), entry.effectiveFrom()))) {
            section.problem("effective-from", "another price holds from the same time");
            return false;
        }
        return true;
    }
}
