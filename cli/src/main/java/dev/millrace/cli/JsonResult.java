package dev.millrace.cli;

import dev.millrace.cli.analysis.ResultColumn;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A result as a JSON array, an object for each row.
final class JsonResult implements ResultPrinter {

    private final PrintWriter out;
    private List<ResultColumn> columns = List.of();
    private String before = "[\n";

    JsonResult(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultColumn> columns) {
        this.columns = columns;
    }

    @Override
    public void row(List<@Nullable Object> values) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i).name(), CellText.json(values.get(i)));
        }
        out.print(before);
        out.print(Json.MAPPER.writeValueAsString(row));
        before = ",\n";
    }

    @Override
    public void end() {
        out.println(before.equals(",\n") ? "\n]" : "[]");
    }
}
