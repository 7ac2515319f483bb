package dev.millrace.serde;

import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads with another deserializer and refuses what is not of the expected class. Every failure is
/// a [SerializationException] that says why and quotes nothing of the record.
final class TypedDeserializer<V> implements Deserializer<V> {

    private final Deserializer<Object> reader;
    private final Class<V> type;

    TypedDeserializer(Deserializer<Object> reader, Class<V> type) {
        this.reader = reader;
        this.type = type;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        reader.configure(configs, isKey);
    }

    @Override
    public @Nullable V deserialize(String topic, byte @Nullable [] bytes) {
        return typed(bytes, topic, null);
    }

    @Override
    public @Nullable V deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
        return typed(bytes, topic, headers);
    }

    @Override
    public void close() {
        reader.close();
    }

    private @Nullable V typed(byte @Nullable [] bytes, String topic, @Nullable Headers headers) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < 5 || bytes[0] != 0) {
            throw new SerializationException(
                    "not in the Avro wire format: expected a zero byte and a 4-byte schema id, got "
                            + bytes.length
                            + " bytes");
        }
        Object value;
        try {
            value =
                    headers == null
                            ? reader.deserialize(topic, bytes)
                            : reader.deserialize(topic, headers, bytes);
        } catch (SerializationException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new SerializationException(
                    "cannot be read as "
                            + type.getSimpleName()
                            + ": "
                            + e.getClass().getSimpleName(),
                    e);
        }
        if (!type.isInstance(value)) {
            throw new SerializationException(
                    "expected a "
                            + type.getSimpleName()
                            + ", got "
                            + (value == null ? "null" : value.getClass().getSimpleName()));
        }
        return type.cast(value);
    }
}
