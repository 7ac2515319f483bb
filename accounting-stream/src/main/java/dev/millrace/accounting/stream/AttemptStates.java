package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.accounting.stream.AttemptState.Open;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import dev.millrace.topology.StoreKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The store of attempts by id. A value is one byte that says which state it is, and then a record
/// as it stands on its topic, which later versions of its schema can read; or, for an ended
/// attempt, the request's id or nothing.
final class AttemptStates {

    private static final byte OPEN = 1;
    private static final byte ABANDONED = 2;

    /// As [#ABANDONED], from when charges did not tell that they count their request.
    private static final byte ABANDONED_WITH_REQUEST = 3;

    private static final byte ENDED = 4;

    private final KeyValueStore<Bytes, byte[]> store;
    private final String attemptsTopic;
    private final String chargesTopic;
    private final Serializer<SpecificRecord> serializer;
    private final Deserializer<Attempt> attempts;
    private final Deserializer<Charge> charges;

    AttemptStates(KeyValueStore<Bytes, byte[]> store, Topics topics, RecordSerdes serdes) {
        this.store = store;
        this.attemptsTopic = topics.attempts().name();
        this.chargesTopic = topics.charges().name();
        this.serializer = serdes.serializer();
        this.attempts = serdes.deserializer(Attempt.class);
        this.charges = serdes.deserializer(Charge.class);
    }

    @Nullable AttemptState find(UUID attempt) {
        byte[] value = store.get(key(attempt));
        return value == null ? null : decode(value);
    }

    void put(UUID attempt, AttemptState state) {
        store.put(key(attempt), encode(state));
    }

    void forget(UUID attempt) {
        store.delete(key(attempt));
    }

    void close() {
        serializer.close();
        attempts.close();
        charges.close();
    }

    private byte[] encode(AttemptState state) {
        return switch (state) {
            case Open open -> tagged(OPEN, serializer.serialize(attemptsTopic, open.started()));
            case Abandoned abandoned ->
                    tagged(ABANDONED, serializer.serialize(chargesTopic, abandoned.charge()));
            case Ended ended -> {
                UUID request = ended.countedRequest();
                yield tagged(ENDED, request == null ? new byte[0] : StoreKeys.bytes(request));
            }
        };
    }

    private AttemptState decode(byte[] value) {
        byte[] body = Arrays.copyOfRange(value, 1, value.length);
        return switch (value[0]) {
            case OPEN -> new Open(attempts.deserialize(attemptsTopic, body));
            case ABANDONED -> new Abandoned(charges.deserialize(chargesTopic, body));
            case ABANDONED_WITH_REQUEST ->
                    new Abandoned(
                            Charge.newBuilder(charges.deserialize(chargesTopic, body))
                                    .setCountsRequest(true)
                                    .build());
            case ENDED ->
                    new Ended(body.length == 0 ? null : StoreKeys.uuid(ByteBuffer.wrap(body)));
            default -> throw new IllegalStateException("no attempt has the state " + value[0]);
        };
    }

    private static byte[] tagged(byte tag, byte[] body) {
        return ByteBuffer.allocate(1 + body.length).put(tag).put(body).array();
    }

    private static Bytes key(UUID attempt) {
        return Bytes.wrap(StoreKeys.bytes(attempt));
    }
}
