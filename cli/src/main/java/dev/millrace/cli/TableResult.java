package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.cli.analysis.ResultColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A result in columns as wide as their widest cell, which is why all its rows are held: not more
/// than a person may want to see.
final class TableResult implements ResultPrinter {

    static final int MOST_ROWS = 10_000;

    private final Surroundings around;
    private final Style style;
    private @Nullable Table table;
    private long rows;

    TableResult(Surroundings around, Style style) {
        this.around = around;
        this.style = style;
    }

    @Override
    public void columns(List<ResultColumn> columns) {
        table =
                new Table(
                        columns.stream()
                                .map(column -> new Column(column.name(), column.numeric()))
                                .toList());
    }

    @Override
    public void row(List<@Nullable Object> values) {
        rows++;
        if (table != null && rows <= MOST_ROWS) {
            table.row(values.stream().map(value -> CellText.of(value, "null")).toList());
        }
    }

    @Override
    public void end() {
        if (table != null) {
            table.print(around.out(), style);
        }
        if (rows > MOST_ROWS) {
            around.out().flush();
            around.err()
                    .println(
                            style.alarming(
                                    "Only "
                                            + MOST_ROWS
                                            + " of "
                                            + rows
                                            + " rows are shown; --csv and --json print all"));
        }
    }
}
