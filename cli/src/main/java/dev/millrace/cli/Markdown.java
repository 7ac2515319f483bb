package dev.millrace.cli;

import java.util.List;
import java.util.stream.Collectors;

/// The lines of a table in Markdown, as GitHub reads it.
final class Markdown {

    private Markdown() {}

    /// A row, the headings' too. What would end a cell is escaped.
    static String row(List<String> cells) {
        return line(cells.stream().map(Markdown::cell).toList());
    }

    /// What stands between the headings and the rows.
    ///
    /// @param right for each column whether its cells stand at the right
    static String rule(List<Boolean> right) {
        return line(right.stream().map(is -> is ? "---:" : "---").toList());
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String cell(String text) {
        return Printable.line(text).replace("\\", "\\\\").replace("|", "\\|");
    }
}
