package dev.millrace.serde;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;

/// Every schema that was ever released, with its fixed id: the registry that needs no server.
/// Immutable.
///
/// They lie beside this class in `released/`: a file for each, and `index`, one line for each in
/// the order of their ids: the id, the record's name and the version.
public final class ReleasedSchemas {

    private static final class Holder {
        static final ReleasedSchemas LOADED = load();
    }

    private final Map<Integer, ReleasedSchema> byId;
    private final Map<String, List<ReleasedSchema>> byName;

    private ReleasedSchemas(List<ReleasedSchema> schemas) {
        Map<Integer, ReleasedSchema> ids = new LinkedHashMap<>();
        Map<String, List<ReleasedSchema>> names = new HashMap<>();
        for (ReleasedSchema schema : schemas) {
            if (ids.put(schema.id(), schema) != null) {
                throw new IllegalStateException("schema id " + schema.id() + " is given twice");
            }
            names.computeIfAbsent(schema.name(), name -> new ArrayList<>()).add(schema);
        }
        byId = Collections.unmodifiableMap(ids);
        byName = names;
    }

    /// The schemas of this build.
    public static ReleasedSchemas catalogue() {
        return Holder.LOADED;
    }

    /// All of them, by id.
    public List<ReleasedSchema> all() {
        return List.copyOf(byId.values());
    }

    public Optional<ReleasedSchema> byId(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// Every released version of a record, the oldest first; empty for a record that is none of
    /// ours.
    ///
    /// @param name the record's full name
    public List<ReleasedSchema> versions(String name) {
        return List.copyOf(byName.getOrDefault(name, List.of()));
    }

    /// The released version that equals `schema`, whatever either says about Java's strings.
    public Optional<ReleasedSchema> find(Schema schema) {
        Schema neutral = withoutJavaStrings(schema);
        return versions(schema.getFullName()).stream()
                .filter(released -> released.schema().equals(neutral))
                .findFirst();
    }

    /// The schema as other languages see it: the generated classes' own note on Java's strings left
    /// out.
    static Schema withoutJavaStrings(Schema schema) {
        String text = schema.toString().replace(",\"avro.java.string\":\"String\"", "");
        return new Schema.Parser().parse(text);
    }

    private static ReleasedSchemas load() {
        List<ReleasedSchema> schemas = new ArrayList<>();
        try (BufferedReader index =
                new BufferedReader(new InputStreamReader(open("index"), StandardCharsets.UTF_8))) {
            String line;
            while ((line = index.readLine()) != null) {
                String[] columns = line.split(" ", -1);
                int id = Integer.parseInt(columns[0]);
                int version = Integer.parseInt(columns[2]);
                try (InputStream file = open(columns[1] + "-v" + version + ".avsc")) {
                    String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
                    schemas.add(new ReleasedSchema(id, version, new Schema.Parser().parse(text)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ReleasedSchemas(schemas);
    }

    private static InputStream open(String file) {
        return Objects.requireNonNull(
                ReleasedSchemas.class.getResourceAsStream("released/" + file),
                () -> "released/" + file + " is missing");
    }
}
