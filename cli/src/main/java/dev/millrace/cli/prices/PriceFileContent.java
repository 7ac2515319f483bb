package dev.millrace.cli.prices;

import dev.millrace.configuration.prices.PriceEntry;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a price list gives. Immutable.
///
/// @param entries no two of which hold from the same time
/// @param skipped how many of the list's items give no entry, by the reason
public record PriceFileContent(List<PriceEntry> entries, SortedMap<String, Integer> skipped) {

    public PriceFileContent {
        entries = List.copyOf(entries);
        skipped = new TreeMap<>(skipped);
    }
}
