package dev.millrace.cli.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/// The columns that an Avro schema stands for, so that a field which is added to it is there by
/// itself. A nested record becomes columns with its field's name before theirs
/// (`usage_input_tokens`). Immutable.
final class SchemaColumns {

    private static final String JSON = "json";

    /// A field of a record.
    ///
    /// @param nested the columns of a nested record; null where the field is a column itself
    /// @param json whether the column takes Avro's JSON of the value
    private record Node(int position, @Nullable SchemaColumns nested, boolean json) {}

    private final List<RowShape.ColumnType> types;
    private final List<Node> nodes;

    private SchemaColumns(List<RowShape.ColumnType> types, List<Node> nodes) {
        this.types = List.copyOf(types);
        this.nodes = List.copyOf(nodes);
    }

    static SchemaColumns of(Schema schema) {
        return of(schema, "");
    }

    private static SchemaColumns of(Schema schema, String prefix) {
        List<RowShape.ColumnType> types = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Schema type = withoutNull(field.schema());
            String name = prefix + field.name();
            if (type.getType() == Schema.Type.RECORD) {
                SchemaColumns nested = of(type, name + "_");
                types.addAll(nested.types);
                nodes.add(new Node(field.pos(), nested, false));
            } else {
                String column = type(type);
                types.add(new RowShape.ColumnType(name, column));
                nodes.add(new Node(field.pos(), null, column.equals(JSON)));
            }
        }
        return new SchemaColumns(types, nodes);
    }

    List<RowShape.ColumnType> types() {
        return types;
    }

    /// Adds the cells of a record to a row.
    ///
    /// @param record null: a cell of null for each column
    void addTo(List<@Nullable Object> row, @Nullable IndexedRecord record) {
        for (Node node : nodes) {
            Object value = record == null ? null : record.get(node.position());
            SchemaColumns nested = node.nested();
            if (nested != null) {
                nested.addTo(row, (IndexedRecord) value);
            } else if (node.json() && value != null) {
                row.add(SpecificData.get().toString(value));
            } else {
                row.add(value);
            }
        }
    }

    private static Schema withoutNull(Schema schema) {
        if (!schema.isUnion()) {
            return schema;
        }
        List<Schema> branches =
                schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .toList();
        return branches.size() == 1 ? branches.getFirst() : schema;
    }

    /// DuckDB's type. What has none that its appender takes is JSON.
    private static String type(Schema schema) {
        return switch (schema.getLogicalType()) {
            case LogicalTypes.Decimal decimal ->
                    "decimal(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
            case LogicalTypes.TimestampMillis _ -> "timestamptz";
            case LogicalTypes.Uuid _ -> "uuid";
            case null, default -> plain(schema);
        };
    }

    private static String plain(Schema schema) {
        return switch (schema.getType()) {
            case BOOLEAN -> "boolean";
            case INT -> "integer";
            case LONG -> "bigint";
            case FLOAT -> "real";
            case DOUBLE -> "double";
            case BYTES, FIXED -> "blob";
            case MAP ->
                    schema.getValueType().getType() == Schema.Type.STRING
                            ? "map(varchar, varchar)"
                            : JSON;
            case ENUM, STRING -> "varchar";
            case RECORD, ARRAY, UNION, NULL -> JSON;
        };
    }
}
