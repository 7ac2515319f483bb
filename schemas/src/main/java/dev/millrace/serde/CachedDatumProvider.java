package dev.millrace.serde;

import io.apicurio.registry.serde.avro.AvroDatumProvider;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;

/// Gives Apicurio's serde one reader and one writer for each schema, found by the schema object
/// itself. The serde's own provider computes a fingerprint of the schema for every record, which
/// was a fifth of all processor time. Created by the serde through the setting
/// `apicurio.registry.avro-datum-provider`. Thread-safe.
///
/// @param <D> what the serde reads and writes
public final class CachedDatumProvider<D> implements AvroDatumProvider<D> {

    // Replaced as a whole when a schema is met for the first time; resolved schemas are few and
    // stay.
    private volatile Map<Schema, DatumWriter<D>> writers = new IdentityHashMap<>();
    private volatile Map<Schema, DatumReader<D>> readers = new IdentityHashMap<>();

    @Override
    public DatumWriter<D> createDatumWriter(D record, Schema schema) {
        DatumWriter<D> writer = writers.get(schema);
        if (writer == null) {
            writers = with(writers, schema, BufferedWriter::new);
            return createDatumWriter(record, schema);
        }
        return writer;
    }

    @Override
    public DatumReader<D> createDatumReader(Schema schema) {
        DatumReader<D> reader = readers.get(schema);
        if (reader == null) {
            readers = with(readers, schema, CachedDatumProvider::reader);
            return createDatumReader(schema);
        }
        return reader;
    }

    @Override
    public Schema toSchema(D record) {
        return ((GenericContainer) record).getSchema();
    }

    private static <D> DatumReader<D> reader(Schema writer) {
        Class<?> generated = SpecificData.get().getClass(writer);
        Schema expected = generated == null ? writer : SpecificData.get().getSchema(generated);
        return new SpecificDatumReader<>(writer, expected);
    }

    private static <T> Map<Schema, T> with(
            Map<Schema, T> known, Schema schema, Function<Schema, T> create) {
        Map<Schema, T> all = new IdentityHashMap<>(known);
        all.put(schema, create.apply(schema));
        return all;
    }
}
