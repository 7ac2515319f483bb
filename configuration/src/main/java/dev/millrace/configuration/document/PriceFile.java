package dev.millrace.configuration.document;

import dev.millrace.configuration.prices.PriceEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Reads a list of prices that stands by itself: `prices`, as in the configuration document, and
/// nothing else.
public final class PriceFile {

    private PriceFile() {}

    /// Reads and validates a list.
    ///
    /// @param yaml the text
    /// @param providers the names of the configured providers
    /// @param currency the ledger's
    /// @param source of the entries
    /// @throws InvalidDocument naming everything that is wrong, with line and column
    public static List<PriceEntry> parse(
            String yaml, Set<String> providers, String currency, String source) {
        List<Problem> problems = new ArrayList<>();
        List<PriceEntry> entries =
                ConfigurationDocument.compose(yaml)
                        .map(root -> {
                            Section document = Section.of("", root, root, problems);
                            List<PriceEntry> read =
                                    PriceEntries.read(document, providers, currency, source);
                            document.rejectUnknown();
                            return read;
                        })
                        .orElse(List.of());
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new InvalidDocument(problems);
        }
        return entries;
    }
}
