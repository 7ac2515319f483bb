package dev.millrace.cli;

import dev.millrace.cli.analysis.ResultColumn;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A result as RFC 4180 has it, as the API's CSV is. Null is empty, and empty text is quoted.
final class CsvResult implements ResultPrinter {

    private final PrintWriter out;

    CsvResult(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultColumn> columns) {
        line(columns.stream().map(ResultColumn::name).map(CsvResult::cell).toList());
    }

    @Override
    public void row(List<@Nullable Object> values) {
        line(
                values.stream()
                        .map(value -> value == null ? "" : cell(CellText.of(value, "")))
                        .toList());
    }

    @Override
    public void end() {}

    private void line(List<String> cells) {
        out.print(cells.stream().collect(Collectors.joining(",", "", "\r\n")));
    }

    private static String cell(String text) {
        boolean quoted =
                text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c == '"' || c == ',');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
