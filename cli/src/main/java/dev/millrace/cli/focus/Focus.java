package dev.millrace.cli.focus;

import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Charges as FOCUS has them: a row for each kind of usage in a charge. What the rows of a charge
/// bill adds up to its amount, exactly.
public final class Focus {

    /// A column.
    ///
    /// @param name as FOCUS spells it; with `x_` where it is one of ours
    /// @param type DuckDB's
    public record Column(String name, String type) {}

    private Focus() {}

    /// The columns, in the order of the cells.
    public static List<Column> columns() {
        return FocusColumn.ALL.stream()
                .map(column -> new Column(column.name(), column.type()))
                .toList();
    }

    /// The rows of a charge, at least one, each with a value for every column: text, a decimal of
    /// its column's scale, an [Instant], a truth, a number, or null.
    ///
    /// @param charge the charge
    /// @param writtenAt when it came on the log
    /// @param partition of the topic
    /// @param offset in the partition
    /// @param billingAccount the id of the billing account
    public static List<List<@Nullable Object>> rows(
            Charge charge, Instant writtenAt, int partition, long offset, String billingAccount) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (FocusLine line : FocusLines.of(charge)) {
            FocusRow row = new FocusRow(charge, line, writtenAt, partition, offset, billingAccount);
            List<@Nullable Object> cells = new ArrayList<>();
            for (FocusColumn column : FocusColumn.ALL) {
                cells.add(column.value().apply(row));
            }
            rows.add(cells);
        }
        return rows;
    }
}
