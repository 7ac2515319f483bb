package dev.millrace.cli.analysis;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// How records of one kind become rows of a table.
///
/// @param <V> the class of the records
public interface RowShape<V extends SpecificRecord> {

    /// A column.
    ///
    /// @param name as SQL knows it
    /// @param type DuckDB's
    record ColumnType(String name, String type) {

        String sql() {
            return quoted() + " " + type;
        }

        private String quoted() {
            return '"' + name.replace("\"", "\"\"") + '"';
        }
    }

    /// The columns, in the order of the cells.
    List<ColumnType> columns();

    /// Appends the rows of one record.
    ///
    /// @param record the record as it stands on the log
    /// @param value its value
    /// @return how many rows
    int append(RowAppender rows, ConsumerRecord<String, byte[]> record, V value)
            throws SQLException;

    /// The statement that makes an empty table of this shape.
    default String createTable(String table) {
        return columns().stream()
                .map(ColumnType::sql)
                .collect(Collectors.joining(", ", "create table " + table + " (", ")"));
    }
}
