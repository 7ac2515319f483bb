package dev.millrace.cli.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The columns that an Avro schema stands for, so that a field which is added to it is there by
/// itself. A nested record becomes columns with its field's name before theirs
/// (`usage_input_tokens`). Immutable.
final class SchemaColumns {

    private record Leaf(String name, String type, List<Integer> path) {}

    private final List<Leaf> leaves;

    private SchemaColumns(List<Leaf> leaves) {
        this.leaves = List.copyOf(leaves);
    }

    static SchemaColumns of(Schema schema) {
        List<Leaf> leaves = new ArrayList<>();
        collect(schema, "", List.of(), leaves);
        return new SchemaColumns(leaves);
    }

    List<RowShape.ColumnType> types() {
        return leaves.stream()
                .map(leaf -> new RowShape.ColumnType(leaf.name(), leaf.type()))
                .toList();
    }

    /// Adds the cells of a record to a row.
    void addTo(List<@Nullable Object> row, IndexedRecord record) {
        for (Leaf leaf : leaves) {
            row.add(value(record, leaf.path()));
        }
    }

    private static @Nullable Object value(IndexedRecord record, List<Integer> path) {
        Object value = record;
        for (int position : path) {
            if (!(value instanceof IndexedRecord parent)) {
                return null;
            }
            value = parent.get(position);
        }
        return value;
    }

    private static void collect(
            Schema schema, String prefix, List<Integer> above, List<Leaf> leaves) {
        for (Schema.Field field : schema.getFields()) {
            List<Integer> path = new ArrayList<>(above);
            path.add(field.pos());
            Schema type = withoutNull(field.schema());
            String name = prefix + field.name();
            if (type.getType() == Schema.Type.RECORD) {
                collect(type, name + "_", path, leaves);
            } else {
                leaves.add(new Leaf(name, type(type), List.copyOf(path)));
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

    /// DuckDB's type. What has none of its own is text: Avro's JSON of it.
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
                            : "varchar";
            case RECORD, ENUM, ARRAY, UNION, STRING, NULL -> "varchar";
        };
    }
}
