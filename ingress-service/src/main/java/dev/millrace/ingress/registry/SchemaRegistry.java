package dev.millrace.ingress.registry;

import dev.millrace.serde.ReleasedSchema;
import dev.millrace.serde.ReleasedSchemas;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Confluent's schema registry API over the released schemas, for reading: the paths that kcat, the
/// Python and Flink clients and Confluent's own serde use. Subjects are `<topic>-value`. Nothing
/// can be registered; a client that registers what is released already gets its id. Thread-safe.
public final class SchemaRegistry {

    private static final String SUFFIX = "-value";

    /// Made when the first schema is posted.
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder().build();
    }

    private final ReleasedSchemas released = ReleasedSchemas.catalogue();
    private final Topics topics;
    private final Supplier<? extends Collection<String>> providers;

    /// @param providers the names of the providers that have topics now
    public SchemaRegistry(Topics topics, Supplier<? extends Collection<String>> providers) {
        this.topics = topics;
        this.providers = providers;
    }

    /// `GET /subjects`
    public RegistryReply subjects() {
        return strings(records().keySet());
    }

    /// `GET /subjects/{subject}/versions`
    public RegistryReply versions(String subject) {
        return inSubject(
                subject,
                versions ->
                        RegistryReply.ok(json -> {
                            json.writeStartArray();
                            versions.forEach(schema -> json.writeNumber(schema.version()));
                            json.writeEndArray();
                        }));
    }

    /// `GET /subjects/{subject}/versions/{version}`
    ///
    /// @param version a number or `latest`
    public RegistryReply version(String subject, String version) {
        return inSubject(
                subject, versions -> inVersion(versions, version, one -> described(subject, one)));
    }

    /// `GET /subjects/{subject}/versions/{version}/schema`
    public RegistryReply schemaOfVersion(String subject, String version) {
        return inSubject(
                subject, versions -> inVersion(versions, version, SchemaRegistry::plainSchema));
    }

    /// `GET /schemas/ids/{id}`
    public RegistryReply schemaOfId(String id) {
        return withId(
                id,
                schema ->
                        RegistryReply.object(json ->
                                json.writeStringProperty("schema", schema.schema().toString())));
    }

    /// `GET /schemas/ids/{id}/schema`
    public RegistryReply plainSchemaOfId(String id) {
        return withId(id, SchemaRegistry::plainSchema);
    }

    /// `GET /schemas/ids/{id}/subjects`
    public RegistryReply subjectsOfId(String id) {
        return withId(id, schema -> strings(subjectsOf(schema)));
    }

    /// `GET /schemas/ids/{id}/versions`
    public RegistryReply versionsOfId(String id) {
        return withId(
                id,
                schema ->
                        RegistryReply.ok(json -> {
                            json.writeStartArray();
                            for (String subject : subjectsOf(schema)) {
                                json.writeStartObject();
                                json.writeStringProperty("subject", subject);
                                json.writeNumberProperty("version", schema.version());
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        }));
    }

    /// `GET /schemas/types`
    public RegistryReply types() {
        return strings(List.of("AVRO"));
    }

    /// `GET /config`: what the tests of every release hold the schemas to.
    public RegistryReply config() {
        return RegistryReply.object(
                json -> json.writeStringProperty("compatibilityLevel", "FULL_TRANSITIVE"));
    }

    /// `GET /mode`
    public RegistryReply mode() {
        return RegistryReply.object(json -> json.writeStringProperty("mode", "READONLY"));
    }

    /// `POST /subjects/{subject}`: the version that equals a schema.
    ///
    /// @param body `{"schema": "…", …}`
    public RegistryReply lookUp(String subject, byte[] body) {
        return inSubject(
                subject,
                versions ->
                        parsed(body)
                                .map(schema ->
                                        equal(versions, schema)
                                                .map(one -> described(subject, one))
                                                .orElseGet(() ->
                                                        RegistryReply.error(
                                                                RegistryReply.SCHEMA_NOT_FOUND,
                                                                "Schema not found")))
                                .orElseGet(SchemaRegistry::invalidSchema));
    }

    /// `POST /subjects/{subject}/versions`: the id of a schema that is released; others are
    /// refused, since schemas come with releases.
    public RegistryReply register(String subject, byte[] body) {
        return parsed(body)
                .map(schema ->
                        equal(versionsOf(subject), schema)
                                .map(one ->
                                        RegistryReply.object(
                                                json -> json.writeNumberProperty("id", one.id())))
                                .orElseGet(() ->
                                        RegistryReply.error(
                                                RegistryReply.OPERATION_NOT_PERMITTED,
                                                "Subject " + subject + " is in read-only mode")))
                .orElseGet(SchemaRegistry::invalidSchema);
    }

    private Map<String, String> records() {
        Map<String, String> names = new TreeMap<>();
        List<Topic<?>> all = new ArrayList<>(topics.fixed());
        providers.get().stream()
                .filter(provider -> Topics.PROVIDER_NAME.matcher(provider).matches())
                .forEach(provider -> all.addAll(topics.dispatches(provider)));
        all.forEach(topic -> names.put(topic.name() + SUFFIX, topic.value().getName()));
        return names;
    }

    private List<ReleasedSchema> versionsOf(String subject) {
        String record = records().get(subject);
        return record == null ? List.of() : released.versions(record);
    }

    private List<String> subjectsOf(ReleasedSchema schema) {
        return records().entrySet().stream()
                .filter(subject -> subject.getValue().equals(schema.name()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private RegistryReply inSubject(
            String subject, Function<List<ReleasedSchema>, RegistryReply> answer) {
        List<ReleasedSchema> versions = versionsOf(subject);
        return versions.isEmpty()
                ? RegistryReply.error(
                        RegistryReply.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.")
                : answer.apply(versions);
    }

    private static RegistryReply inVersion(
            List<ReleasedSchema> versions,
            String version,
            Function<ReleasedSchema, RegistryReply> answer) {
        if (version.equals("latest") || version.equals("-1")) {
            return answer.apply(versions.getLast());
        }
        Integer number = number(version);
        if (number == null || number < 1) {
            return RegistryReply.error(
                    RegistryReply.INVALID_VERSION,
                    "The specified version '" + version + "' is not a valid version id.");
        }
        return versions.stream()
                .filter(one -> one.version() == number)
                .findFirst()
                .map(answer)
                .orElseGet(() ->
                        RegistryReply.error(
                                RegistryReply.VERSION_NOT_FOUND,
                                "Version " + number + " not found."));
    }

    private RegistryReply withId(String text, Function<ReleasedSchema, RegistryReply> answer) {
        Integer id = number(text);
        return Optional.ofNullable(id)
                .flatMap(released::byId)
                .map(answer)
                .orElseGet(() ->
                        RegistryReply.error(
                                RegistryReply.SCHEMA_NOT_FOUND, "Schema " + text + " not found"));
    }

    private Optional<ReleasedSchema> equal(List<ReleasedSchema> versions, Schema schema) {
        return released.find(schema).filter(versions::contains);
    }

    private static Optional<Schema> parsed(byte[] body) {
        try {
            JsonNode text = Json.MAPPER.readTree(body).path("schema");
            return text.isString()
                    ? Optional.of(new Schema.Parser().parse(text.stringValue()))
                    : Optional.empty();
        } catch (JacksonException | SchemaParseException _) {
            return Optional.empty();
        }
    }

    private static RegistryReply invalidSchema() {
        return RegistryReply.error(
                RegistryReply.INVALID_SCHEMA,
                "Either the input schema or one its references is invalid");
    }

    private static RegistryReply described(String subject, ReleasedSchema schema) {
        return RegistryReply.object(json -> {
            json.writeStringProperty("subject", subject);
            json.writeNumberProperty("version", schema.version());
            json.writeNumberProperty("id", schema.id());
            json.writeStringProperty("schema", schema.schema().toString());
        });
    }

    private static RegistryReply plainSchema(ReleasedSchema schema) {
        return RegistryReply.ok(json -> json.writeRawValue(schema.schema().toString()));
    }

    private static RegistryReply strings(Collection<String> values) {
        return RegistryReply.ok(json -> {
            json.writeStartArray();
            values.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    private static @Nullable Integer number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
