package dev.millrace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Rows under headings, in columns as wide as their widest cell.
final class Table {

    private static final String GAP = "  ";

    /// A column.
    ///
    /// @param heading above it
    /// @param right whether its cells stand at the right, as numbers do
    record Column(String heading, boolean right) {

        static Column left(String heading) {
            return new Column(heading, false);
        }

        static Column right(String heading) {
            return new Column(heading, true);
        }
    }

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private int totals;

    Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /// Adds a row. Control characters in its cells are taken out.
    ///
    /// @throws IllegalArgumentException if it has not one cell for each column
    void row(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(cells.stream().map(Printable::line).toList());
    }

    /// Adds a row below the others, set apart by a rule.
    void total(List<String> cells) {
        row(cells);
        totals++;
    }

    void print(PrintWriter out, Style style) {
        List<Integer> widths = widths();
        out.println(style.bold(line(columns.stream().map(Column::heading).toList(), widths)));
        int body = rows.size() - totals;
        for (int i = 0; i < rows.size(); i++) {
            if (i == body) {
                out.println(rule(widths));
            }
            out.println(line(rows.get(i), widths));
        }
    }

    /// Prints it for a document, where no column has a width; a total is a row as the others.
    void printMarkdown(PrintWriter out) {
        out.println(Markdown.row(columns.stream().map(Column::heading).toList()));
        out.println(Markdown.rule(columns.stream().map(Column::right).toList()));
        rows.forEach(row -> out.println(Markdown.row(row)));
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            int width = Printable.width(columns.get(column).heading());
            for (List<String> row : rows) {
                width = Math.max(width, Printable.width(row.get(column)));
            }
            widths.add(width);
        }
        return widths;
    }

    private String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths.get(column) - Printable.width(cell));
            line.append(column == 0 ? "" : GAP);
            line.append(columns.get(column).right() ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private static String rule(List<Integer> widths) {
        int width = widths.stream().mapToInt(Integer::intValue).sum();
        int gaps = GAP.length() * Math.max(0, widths.size() - 1);
        return "-".repeat(width + gaps);
    }
}
