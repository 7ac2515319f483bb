package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.cli.compare.Compared;
import dev.millrace.cli.compare.ModelFigures;
import dev.millrace.cli.compare.Spread;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures of the models as a table, a row each. What was not measured or is not known is `-`,
/// and columns in which that would be everything are left out.
final class ComparisonTable {

    private static final String NONE = "-";

    private final Compared compared;

    ComparisonTable(Compared compared) {
        this.compared = compared;
    }

    Table toTable() {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.left("MODEL"));
        columns.add(Column.right("CALLS"));
        columns.add(Column.right("FAILED"));
        columns.add(Column.right("P50-MS"));
        columns.add(Column.right("P95-MS"));
        if (compared.sampling().stream()) {
            columns.add(Column.right("FIRST-P50"));
            columns.add(Column.right("FIRST-P95"));
            columns.add(Column.right("TOKENS/S"));
        }
        columns.add(Column.right("INPUT"));
        columns.add(Column.right("OUTPUT"));
        columns.add(Column.right("COST"));
        columns.add(Column.right("PER-MILLION"));
        columns.add(Column.left("CURRENCY"));
        if (compared.expects()) {
            columns.add(Column.right("PASSED"));
        }
        if (compared.judge() != null) {
            columns.add(Column.right("SCORE"));
        }
        Table table = new Table(columns);
        compared.figures().forEach(figures -> table.row(cells(figures)));
        return table;
    }

    private List<String> cells(ModelFigures figures) {
        List<String> cells = new ArrayList<>();
        cells.add(figures.model());
        cells.add(Integer.toString(figures.calls()));
        cells.add(failures(figures.failures()));
        cells.addAll(millis(figures.total()));
        if (compared.sampling().stream()) {
            cells.addAll(millis(figures.firstToken()));
            cells.add(decimal(figures.tokensPerSecond()));
        }
        boolean metered = figures.spending().metered();
        cells.add(metered ? Long.toString(figures.spending().input()) : NONE);
        cells.add(metered ? Long.toString(figures.spending().output()) : NONE);
        cells.add(plain(figures.spending().cost()));
        cells.add(plain(figures.spending().perMillion()));
        cells.add(figures.spending().currency());
        if (compared.expects()) {
            cells.add(figures.checked() == 0 ? NONE : figures.passed() + "/" + figures.checked());
        }
        if (compared.judge() != null) {
            cells.add(decimal(figures.meanScore()));
        }
        return cells;
    }

    /// How many failed, and the reason that most of them have.
    private static String failures(Map<String, Integer> failures) {
        int all = failures.values().stream().mapToInt(Integer::intValue).sum();
        return failures.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> all + " " + most.getKey())
                .orElse("0");
    }

    private static List<String> millis(Spread spread) {
        return List.of(millis(spread.p50()), millis(spread.p95()));
    }

    private static String millis(@Nullable Duration time) {
        return time == null ? NONE : Long.toString(Math.round(time.toNanos() / 1e6));
    }

    private static String decimal(@Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String plain(@Nullable BigDecimal value) {
        return value == null ? NONE : Json.plain(value);
    }
}
