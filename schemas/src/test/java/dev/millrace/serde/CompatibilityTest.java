package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Old readers understand new records and new readers old ones, for every version ever released.
class CompatibilityTest {

    static Stream<Arguments> currentAndReleased() {
        return CurrentSchemas.all().stream()
                .flatMap(current ->
                        ReleasedSchemas.catalogue().versions(current.getFullName()).stream()
                                .map(released -> Arguments.of(current, released.schema())));
    }

    @ParameterizedTest
    @MethodSource("currentAndReleased")
    void reads_and_is_read_by_every_released_version(Schema current, Schema released) {
        assertThat(violations(current, released)).isEmpty();
    }

    @Test
    void every_schema_of_the_catalogue_is_released_as_it_stands() {
        assertThat(CurrentSchemas.all())
                .allSatisfy(current ->
                        assertThat(ReleasedSchemas.catalogue().versions(current.getFullName()))
                                .as("released versions of " + current.getFullName())
                                .isNotEmpty()
                                .last()
                                .extracting(ReleasedSchema::schema)
                                .isEqualTo(current));
    }

    @Test
    void every_enum_has_a_default_symbol() {
        List<String> without = new ArrayList<>();
        for (Schema current : CurrentSchemas.all()) {
            collectEnumsWithoutDefault(current, without, new ArrayList<>());
        }
        assertThat(without).isEmpty();
    }

    @Test
    void the_check_notices_what_it_is_there_for() {
        Schema base = SchemaBuilder.record("R").fields().requiredString("a").endRecord();
        Schema nullable = SchemaBuilder.record("R").fields().optionalString("a").endRecord();
        Schema added =
                SchemaBuilder.record("R")
                        .fields()
                        .requiredString("a")
                        .requiredLong("b")
                        .endRecord();
        Schema millis =
                SchemaBuilder.record("R")
                        .fields()
                        .name("a")
                        .type(instant())
                        .noDefault()
                        .endRecord();
        Schema plain = SchemaBuilder.record("R").fields().requiredLong("a").endRecord();
        Schema two = SchemaBuilder.enumeration("E").symbols("A", "B");
        Schema three = SchemaBuilder.enumeration("E").symbols("A", "B", "C");

        assertThat(violations(nullable, base)).isNotEmpty();
        assertThat(violations(added, base)).isNotEmpty();
        assertThat(violations(millis, plain)).isNotEmpty();
        assertThat(violations(three, two)).isNotEmpty();
    }

    private static Schema instant() {
        return LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    }

    private static List<String> violations(Schema current, Schema released) {
        List<String> found = new ArrayList<>();
        check("new reads old", current, released, found);
        check("old reads new", released, current, found);
        compareLogicalTypes(current.getName(), current, released, found, new ArrayList<>());
        return found;
    }

    private static void check(String direction, Schema reader, Schema writer, List<String> found) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        if (result.getCompatibility() != SchemaCompatibilityType.COMPATIBLE) {
            found.add(direction + ": " + result.getIncompatibilities());
        }
    }

    /// Avro's own check passes over logical types: a long that becomes a time would go unnoticed.
    private static void compareLogicalTypes(
            String path, Schema a, Schema b, List<String> found, List<String> seen) {
        LogicalType one = a.getLogicalType();
        LogicalType other = b.getLogicalType();
        if (one == null ? other != null : !one.equals(other)) {
            found.add(path + ": logical type " + other + " became " + one);
        }
        if (a.getType() != b.getType()) {
            return;
        }
        switch (a.getType()) {
            case RECORD -> {
                if (seen.contains(a.getFullName())) {
                    return;
                }
                seen.add(a.getFullName());
                for (Schema.Field field : a.getFields()) {
                    Schema.Field same = b.getField(field.name());
                    if (same != null) {
                        compareLogicalTypes(
                                path + "." + field.name(),
                                field.schema(),
                                same.schema(),
                                found,
                                seen);
                    }
                }
            }
            case ARRAY ->
                    compareLogicalTypes(
                            path + "[]", a.getElementType(), b.getElementType(), found, seen);
            case MAP ->
                    compareLogicalTypes(
                            path + "{}", a.getValueType(), b.getValueType(), found, seen);
            case UNION -> {
                for (int i = 0; i < Math.min(a.getTypes().size(), b.getTypes().size()); i++) {
                    compareLogicalTypes(
                            path, a.getTypes().get(i), b.getTypes().get(i), found, seen);
                }
            }
            default -> {}
        }
    }

    private static void collectEnumsWithoutDefault(
            Schema schema, List<String> without, List<String> seen) {
        switch (schema.getType()) {
            case ENUM -> {
                if (schema.getEnumDefault() == null) {
                    without.add(schema.getFullName().toLowerCase(Locale.ROOT));
                }
            }
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    schema.getFields()
                            .forEach(f -> collectEnumsWithoutDefault(f.schema(), without, seen));
                }
            }
            case ARRAY -> collectEnumsWithoutDefault(schema.getElementType(), without, seen);
            case MAP -> collectEnumsWithoutDefault(schema.getValueType(), without, seen);
            case UNION ->
                    schema.getTypes().forEach(t -> collectEnumsWithoutDefault(t, without, seen));
            default -> {}
        }
    }
}
