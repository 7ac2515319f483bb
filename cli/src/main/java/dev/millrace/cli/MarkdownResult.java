package dev.millrace.cli;

import dev.millrace.cli.analysis.ResultColumn;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A result as a table in Markdown.
final class MarkdownResult implements ResultPrinter {

    private final PrintWriter out;

    MarkdownResult(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultColumn> columns) {
        out.println(Markdown.row(columns.stream().map(ResultColumn::name).toList()));
        out.println(Markdown.rule(columns.stream().map(ResultColumn::numeric).toList()));
    }

    @Override
    public void row(List<@Nullable Object> values) {
        out.println(
                Markdown.row(values.stream().map(value -> CellText.of(value, "null")).toList()));
    }

    @Override
    public void end() {}
}
