package dev.millrace.serde;

import io.apicurio.registry.resolver.ParsedSchemaImpl;
import io.apicurio.registry.resolver.SchemaLookupResult;
import io.apicurio.registry.resolver.SchemaParser;
import io.apicurio.registry.resolver.SchemaResolver;
import io.apicurio.registry.resolver.client.RegistryClientFacade;
import io.apicurio.registry.resolver.data.Record;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.resolver.strategy.ArtifactReferenceResolverStrategy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Resolves schemas for Apicurio's serde from the released ones in this module, with no server.
/// Created by the serde through the setting `apicurio.registry.schema-resolver`. Thread-safe once
/// configured.
///
/// @param <D> what the serde reads and writes
public final class BuiltInSchemaResolver<D> implements SchemaResolver<Schema, D> {

    private final ReleasedSchemas released = ReleasedSchemas.catalogue();
    private @Nullable SchemaParser<Schema, D> parser;

    @Override
    public void configure(Map<String, ?> configs, SchemaParser<Schema, D> schemaParser) {
        parser = schemaParser;
    }

    @Override
    public void setClientFacade(@Nullable RegistryClientFacade client) {
        // There is no server to be a client of.
    }

    @Override
    public void setArtifactResolverStrategy(
            @Nullable ArtifactReferenceResolverStrategy<Schema, D> strategy) {
        // A record's own schema names it.
    }

    @Override
    public @Nullable SchemaParser<Schema, D> getSchemaParser() {
        return parser;
    }

    /// @throws SerializationException if the record's schema was never released
    @Override
    public SchemaLookupResult<Schema> resolveSchema(Record<D> record) {
        if (!(record.payload() instanceof GenericContainer container)) {
            throw new SerializationException(
                    "not an Avro record: " + record.payload().getClass().getName());
        }
        Schema schema = container.getSchema();
        return lookup(
                released.find(schema)
                        .orElseThrow(() ->
                                new SerializationException(
                                        "no released schema equals this build's "
                                                + schema.getFullName())));
    }

    /// @throws SerializationException if no released schema has the id
    @Override
    public SchemaLookupResult<Schema> resolveSchemaByArtifactReference(
            ArtifactReference reference) {
        Long id =
                reference.getContentId() != null
                        ? reference.getContentId()
                        : reference.getGlobalId();
        if (id == null) {
            throw new SerializationException("the record names no schema id");
        }
        return lookup(
                released.byId(id.intValue())
                        .orElseThrow(() -> new SerializationException("unknown schema id " + id)));
    }

    @Override
    public void reset() {
        // Released schemas do not change.
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private static SchemaLookupResult<Schema> lookup(ReleasedSchema schema) {
        ParsedSchemaImpl<Schema> parsed =
                new ParsedSchemaImpl<Schema>()
                        .setParsedSchema(schema.schema())
                        .setRawSchema(schema.schema().toString().getBytes(StandardCharsets.UTF_8));
        return SchemaLookupResult.<Schema>builder()
                .parsedSchema(parsed)
                .contentId(schema.id())
                .globalId(schema.id())
                .artifactId(schema.name())
                .version(Integer.toString(schema.version()))
                .build();
    }
}
