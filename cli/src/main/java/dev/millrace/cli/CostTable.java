package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lines of costs as a table, with a total for each currency. Amounts are exact: all have as many
/// decimals as the longest needs, so that their points stand below each other.
final class CostTable {

    private static final int FEWEST_DECIMALS = 2;

    private final List<CostLine> lines;
    private final Collection<CostLine> totals;
    private final List<Dimension> by;
    private final Bucket bucket;
    private final List<CostCount> counts;
    private final boolean latency;
    private final int decimals;

    /// @param lines at least one
    /// @param by the dimensions of the lines
    /// @param latency whether to show how long calls took
    CostTable(List<CostLine> lines, List<Dimension> by, Bucket bucket, boolean latency) {
        this.lines = List.copyOf(lines);
        this.by = List.copyOf(by);
        this.bucket = bucket;
        this.latency = latency;
        this.totals = totals(lines);
        this.counts =
                Arrays.stream(CostCount.values())
                        .filter(count ->
                                count.always()
                                        || lines.stream().anyMatch(line -> line.of(count) != 0))
                        .toList();
        this.decimals =
                lines.stream()
                        .mapToInt(line -> decimals(line.cost()))
                        .reduce(FEWEST_DECIMALS, Math::max);
    }

    Table toTable() {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.left(bucket.name()));
        by.forEach(dimension -> columns.add(Column.left(dimension.name())));
        columns.add(Column.right("COST"));
        columns.add(Column.left("CURRENCY"));
        counts.forEach(count -> columns.add(Column.right(count.heading())));
        if (latency) {
            CostLatency.HEADINGS.forEach(heading -> columns.add(Column.right(heading)));
        }
        Table table = new Table(columns);
        for (CostLine line : lines) {
            table.row(cells(bucket.shortened(line.bucket()), line.dimensions(), line));
        }
        for (CostLine total : totals) {
            // A total over one line has no latency either: it is a sum of what adds up.
            table.total(cells("total", Collections.nCopies(by.size(), ""), total.withoutLatency()));
        }
        return table;
    }

    private List<String> cells(String first, List<String> dimensions, CostLine line) {
        List<String> cells = new ArrayList<>();
        cells.add(first);
        cells.addAll(dimensions);
        cells.add(amount(line.cost()));
        cells.add(line.currency());
        counts.forEach(count -> cells.add(Long.toString(line.of(count))));
        if (latency) {
            cells.addAll(line.latency().millis());
        }
        return cells;
    }

    private String amount(@Nullable BigDecimal cost) {
        return cost == null
                ? "unpriced"
                : cost.stripTrailingZeros().setScale(decimals).toPlainString();
    }

    private static int decimals(@Nullable BigDecimal cost) {
        return cost == null ? 0 : cost.stripTrailingZeros().scale();
    }

    private static Collection<CostLine> totals(List<CostLine> lines) {
        Map<String, CostLine> totals = new LinkedHashMap<>();
        for (CostLine line : lines) {
            totals.merge(line.currency(), line, CostLine::plus);
        }
        return List.copyOf(totals.values());
    }
}
