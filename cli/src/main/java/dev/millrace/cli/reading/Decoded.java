package dev.millrace.cli.reading;

import dev.millrace.serde.RecordSerdes;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads the values of one topic's records, and remembers which it could not read. For one thread.
///
/// @param <V> the class of the values
public final class Decoded<V extends SpecificRecord> implements AutoCloseable {

    private final Deserializer<V> deserializer;
    private long unreadable;
    private @Nullable String first;

    public Decoded(RecordSerdes serdes, Class<V> value) {
        this.deserializer = serdes.deserializer(value);
    }

    /// The value; empty where it is a tombstone or cannot be read.
    public Optional<V> value(ConsumerRecord<String, byte[]> record) {
        try {
            return Optional.ofNullable(deserializer.deserialize(record.topic(), record.value()));
        } catch (SerializationException e) {
            unreadable++;
            if (first == null) {
                first =
                        "partition "
                                + record.partition()
                                + ", offset "
                                + record.offset()
                                + ": "
                                + e.getMessage();
            }
            return Optional.empty();
        }
    }

    /// What to say of the records that could not be read; empty where all could.
    public Optional<String> remark(String topic) {
        return Optional.ofNullable(first)
                .map(place ->
                        topic
                                + ": left out "
                                + unreadable
                                + (unreadable == 1 ? " record" : " records")
                                + " that cannot be read; the first is at "
                                + place);
    }

    @Override
    public void close() {
        deserializer.close();
    }
}
