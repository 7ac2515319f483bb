package dev.millrace.cli.analysis;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/// Appends rows to a table of DuckDB, cell by cell, without a statement for each. For one thread.
public final class RowAppender implements AutoCloseable {

    private final DuckDBAppender appender;

    RowAppender(DuckDBAppender appender) {
        this.appender = appender;
    }

    /// Appends a row.
    ///
    /// @param cells a value for each column, in their order: text, numbers, truth, an [Instant] for
    ///   a point in time, a [BigDecimal] of its column's scale, a [UUID], a map of texts, bytes, an
    ///   enum, whose name is written in lower case, or null
    public void row(List<? extends @Nullable Object> cells) throws SQLException {
        appender.beginRow();
        for (Object cell : cells) {
            cell(cell);
        }
        appender.endRow();
    }

    /// Makes the rows visible to queries.
    @Override
    public void close() throws SQLException {
        appender.close();
    }

    private void cell(@Nullable Object cell) throws SQLException {
        switch (cell) {
            case null -> appender.appendNull();
            case String text -> appender.append(text);
            case Enum<?> symbol -> appender.append(symbol.name().toLowerCase(Locale.ROOT));
            case UUID id -> appender.append(id);
            case Instant time -> appender.append(time.atOffset(ZoneOffset.UTC));
            case BigDecimal decimal -> appender.append(decimal);
            case Long number -> appender.append(number.longValue());
            case Integer number -> appender.append(number.intValue());
            case Boolean truth -> appender.append(truth.booleanValue());
            case Double number -> appender.append(number.doubleValue());
            case Float number -> appender.append(number.floatValue());
            case Map<?, ?> map -> appender.append(map);
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                appender.append(bytes);
            }
            default -> appender.append(cell.toString());
        }
    }
}
