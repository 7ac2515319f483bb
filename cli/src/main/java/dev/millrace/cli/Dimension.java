package dev.millrace.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What costs can be grouped by.
///
/// @param spelling as the API and the command line spell it: the name of one of those that every
///   call has, or `label:` and the name of a label
record Dimension(String spelling) {

    private static final List<String> PLAIN = List.of("tenant", "key", "provider", "model", "lane");
    private static final String LABEL = "label:";

    /// Reads one.
    static final class Converter implements ITypeConverter<Dimension> {

        @Override
        public Dimension convert(String text) {
            String word = text.strip();
            if (word.startsWith(LABEL) && word.length() > LABEL.length()) {
                return new Dimension(word);
            }
            if (PLAIN.contains(word.toLowerCase(Locale.ROOT))) {
                return new Dimension(word.toLowerCase(Locale.ROOT));
            }
            throw new TypeConversionException(
                    "expected one of "
                            + String.join(", ", PLAIN)
                            + " or label:NAME but was '"
                            + text
                            + "'");
        }
    }

    /// The heading of its column.
    String name() {
        return spelling.startsWith(LABEL)
                ? spelling.substring(LABEL.length())
                : spelling.toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return spelling;
    }
}
