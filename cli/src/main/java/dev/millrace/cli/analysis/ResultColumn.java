package dev.millrace.cli.analysis;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/// A column of a result.
///
/// @param name as the query names it
/// @param type DuckDB's name of its type
public record ResultColumn(String name, String type) {

    static List<ResultColumn> of(ResultSetMetaData meta) throws SQLException {
        List<ResultColumn> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(new ResultColumn(meta.getColumnLabel(i), meta.getColumnTypeName(i)));
        }
        return columns;
    }

    /// Whether the values are numbers.
    public boolean numeric() {
        return type.startsWith("DECIMAL")
                || type.endsWith("INT")
                || type.endsWith("INTEGER")
                || type.equals("DOUBLE")
                || type.equals("FLOAT");
    }

    /// The value in the row that the result stands at: null, a truth, a number (a
    /// [java.math.BigDecimal] for a decimal), an [java.time.Instant] for a point in time, a list, a
    /// map, or text.
    @Nullable Object value(ResultSet result, int position) throws SQLException {
        return type.equals("TIMESTAMP")
                ? text(result.getObject(position, LocalDateTime.class))
                : plain(result.getObject(position));
    }

    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case Number number -> number;
            case Boolean truth -> truth;
            case OffsetDateTime time -> time.toInstant();
            case Array array -> list(Arrays.asList((Object[]) array.getArray()));
            case List<?> list -> list(list);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
                }
                yield plain;
            }
            case Struct struct -> struct(struct);
            case Blob blob ->
                    HexFormat.of().formatHex(blob.getBytes(1, Math.toIntExact(blob.length())));
            default -> value.toString();
        };
    }

    private static List<@Nullable Object> list(List<?> values) throws SQLException {
        List<@Nullable Object> plain = new ArrayList<>();
        for (Object value : values) {
            plain.add(plain(value));
        }
        return plain;
    }

    private static Object struct(Struct struct) throws SQLException {
        return struct instanceof DuckDBStruct duck
                ? Objects.requireNonNull(plain(duck.getMap()))
                : struct.toString();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
