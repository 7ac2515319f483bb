package dev.millrace.cli.export;

import dev.millrace.cli.analysis.RowAppender;
import dev.millrace.cli.analysis.RowShape;
import dev.millrace.cli.focus.Focus;
import dev.millrace.schemas.Charge;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The rows of FOCUS for each charge.
///
/// @param billingAccount the id that they name
record FocusShape(String billingAccount) implements RowShape<Charge> {

    @Override
    public List<ColumnType> columns() {
        return Focus.columns().stream()
                .map(column -> new ColumnType(column.name(), column.type()))
                .toList();
    }

    @Override
    public int append(RowAppender rows, ConsumerRecord<String, byte[]> record, Charge charge)
            throws SQLException {
        List<List<@Nullable Object>> cells =
                Focus.rows(
                        charge,
                        Instant.ofEpochMilli(record.timestamp()),
                        record.partition(),
                        record.offset(),
                        billingAccount);
        for (List<@Nullable Object> row : cells) {
            rows.row(row);
        }
        return cells.size();
    }
}
