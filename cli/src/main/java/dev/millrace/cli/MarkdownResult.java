package dev.millrace.cli;

import dev.millrace.cli.analysis.ResultColumn;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A result as a table in Markdown.
final class MarkdownResult implements ResultPrinter {

    private final PrintWriter out;

    MarkdownResult(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultColumn> columns) {
        line(columns.stream().map(ResultColumn::name).map(MarkdownResult::cell).toList());
        line(columns.stream().map(column -> column.numeric() ? "---:" : "---").toList());
    }

    @Override
    public void row(List<@Nullable Object> values) {
        line(values.stream().map(value -> cell(CellText.of(value, "null"))).toList());
    }

    @Override
    public void end() {}

    private void line(List<String> cells) {
        out.println(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
    }

    private static String cell(String text) {
        return Printable.line(text).replace("\\", "\\\\").replace("|", "\\|");
    }
}
