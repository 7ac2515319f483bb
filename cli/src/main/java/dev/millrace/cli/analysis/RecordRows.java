package dev.millrace.cli.analysis;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// One row for each record: the columns of its schema, and behind them where the record stands:
/// `topic_partition`, `topic_offset`, and `written_at`, the log's own time. Immutable.
///
/// @param <V> the class of the records
public final class RecordRows<V extends SpecificRecord> implements RowShape<V> {

    private static final List<ColumnType> PLACE =
            List.of(
                    new ColumnType("topic_partition", "integer"),
                    new ColumnType("topic_offset", "bigint"),
                    new ColumnType("written_at", "timestamptz"));

    private final SchemaColumns columns;

    public RecordRows(Class<V> value) {
        this.columns = SchemaColumns.of(SpecificData.get().getSchema(value));
    }

    @Override
    public List<ColumnType> columns() {
        return Stream.concat(columns.types().stream(), PLACE.stream()).toList();
    }

    @Override
    public int append(RowAppender rows, ConsumerRecord<String, byte[]> record, V value)
            throws SQLException {
        rows.row(cells(record, value));
        return 1;
    }

    private List<@Nullable Object> cells(ConsumerRecord<String, byte[]> record, V value) {
        List<@Nullable Object> cells = new ArrayList<>();
        columns.addTo(cells, value);
        cells.add(record.partition());
        cells.add(record.offset());
        cells.add(Instant.ofEpochMilli(record.timestamp()));
        return cells;
    }
}
