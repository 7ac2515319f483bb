package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.accounting.stream.AttemptState.Open;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import dev.millrace.topology.StoreKeys;
import dev.millrace.topology.TimeQueue;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// What is known of attempts. The open ones stand in a store of their own by id, which is small.
/// The closed ones stand in the index by the time of their start, which all records of an attempt
/// repeat: what comes is looked up among those that started when it did, which are at hand while it
/// is recent, and the oldest are forgotten in the order of their keys.
///
/// A value is one byte that says which state it is, and then a record as it stands on its topic,
/// which later versions of its schema can read; or, for an ended attempt, the request's id or
/// nothing. Older versions kept the closed attempts with the open ones, and the time at which each
/// is forgotten in the index. Not thread-safe.
final class AttemptStates {

    /// A closed attempt that was forgotten.
    record Forgotten(UUID id, AttemptState state) {}

    private static final char CLOSED = 'c';
    private static final char FORMER_EXPIRY = 'e';

    private static final byte OPEN = 1;
    private static final byte ABANDONED = 2;

    /// As [#ABANDONED], from when charges did not tell that they count their request.
    private static final byte ABANDONED_WITH_REQUEST = 3;

    private static final byte ENDED = 4;

    private final KeyValueStore<Bytes, byte[]> store;
    private final TimeQueue closed;
    private final TimeQueue formerExpiry;
    private final String attemptsTopic;
    private final String chargesTopic;
    private final Serializer<Charge> serializer;
    private final Deserializer<Attempt> attempts;
    private final Deserializer<Charge> charges;
    private @Nullable RecentIds recent;
    private boolean hasFormer;

    /// @param store of the open attempts
    /// @param index with entries of other kinds beside those of the closed attempts
    AttemptStates(
            KeyValueStore<Bytes, byte[]> store,
            KeyValueStore<Bytes, byte[]> index,
            Topics topics,
            RecordSerdes serdes) {
        this.store = store;
        this.closed = new TimeQueue(index, CLOSED);
        this.formerExpiry = new TimeQueue(index, FORMER_EXPIRY);
        this.attemptsTopic = topics.attempts().name();
        this.chargesTopic = topics.charges().name();
        this.serializer = serdes.serializer();
        this.attempts = serdes.deserializer(Attempt.class);
        this.charges = serdes.deserializer(Charge.class);
    }

    /// Goes through the open attempts.
    ///
    /// @param visitor is given the STARTED record of each
    void load(Consumer<Attempt> visitor) {
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (entry.value[0] == OPEN) {
                    visitor.accept(started(body(entry.value)));
                } else {
                    hasFormer = true;
                }
            }
        }
    }

    /// The STARTED record of an open attempt that is kept.
    Attempt started(UUID attempt) {
        return started(body(store.get(key(attempt))));
    }

    /// @param record a STARTED record as it stands on its topic
    Attempt started(byte[] record) {
        return attempts.deserialize(attemptsTopic, record);
    }

    /// Keeps an open attempt.
    ///
    /// @param record the STARTED record as it stands on its topic
    void open(UUID attempt, byte[] record) {
        store.put(key(attempt), tagged(OPEN, record));
    }

    /// Closes an attempt, or changes how it is closed.
    ///
    /// @param startedAt as its records say
    /// @param keptOpen whether it is kept as open
    void close(UUID attempt, Instant startedAt, AttemptState state, boolean keptOpen) {
        if (keptOpen || hasFormer) {
            // Not delete, which would read it once more.
            store.put(key(attempt), null);
        }
        recent().add(attempt, TimeQueue.bounded(startedAt).toEpochMilli());
        closed.put(startedAt, attempt, encode(state));
    }

    /// A closed attempt.
    ///
    /// @param startedAt as its records say
    @Nullable AttemptState findClosed(UUID attempt, Instant startedAt) {
        byte[] value =
                recent().isNew(attempt, TimeQueue.bounded(startedAt).toEpochMilli())
                        ? null
                        : closed.find(startedAt, attempt);
        if (value == null && hasFormer) {
            value = store.get(key(attempt));
        }
        return value == null ? null : decode(value);
    }

    /// The latest start of a closed attempt; 1970 if there is none.
    Instant latestClosed() {
        return closed.latest();
    }

    /// Forgets the closed attempts that started up to and including a time.
    ///
    /// @param limit the most to forget
    List<Forgotten> forget(Instant startedAt, int limit) {
        return closed.drain(startedAt, limit).stream()
                .map(entry -> new Forgotten(entry.id(), decode(entry.value())))
                .toList();
    }

    /// Forgets the closed attempts of former versions that expired up to and including a time.
    ///
    /// @param limit the most to forget
    List<Forgotten> forgetFormer(Instant expiry, int limit) {
        if (!hasFormer) {
            return List.of();
        }
        return formerExpiry.drain(expiry, limit).stream()
                .map(TimeQueue.Entry::id)
                .<Forgotten>mapMulti((id, forgotten) -> {
                    byte[] value = store.get(key(id));
                    if (value != null && value[0] != OPEN) {
                        store.delete(key(id));
                        forgotten.accept(new Forgotten(id, decode(value)));
                    }
                })
                .toList();
    }

    void close() {
        serializer.close();
        attempts.close();
        charges.close();
    }

    /// Reads what the store holds when it is needed first.
    private RecentIds recent() {
        RecentIds known = recent;
        if (known == null) {
            known = new RecentIds(latestClosed().toEpochMilli(), Long.MAX_VALUE);
            recent = known;
        }
        return known;
    }

    private byte[] encode(AttemptState state) {
        return switch (state) {
            case Open _ -> throw new IllegalArgumentException("an open attempt is not closed");
            case Abandoned abandoned ->
                    tagged(ABANDONED, serializer.serialize(chargesTopic, abandoned.charge()));
            case Ended ended -> {
                UUID request = ended.countedRequest();
                yield tagged(ENDED, request == null ? new byte[0] : StoreKeys.bytes(request));
            }
        };
    }

    private AttemptState decode(byte[] value) {
        byte[] body = body(value);
        return switch (value[0]) {
            case OPEN -> new Open();
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

    private static byte[] body(byte[] value) {
        return Arrays.copyOfRange(value, 1, value.length);
    }

    private static byte[] tagged(byte tag, byte[] body) {
        return ByteBuffer.allocate(1 + body.length).put(tag).put(body).array();
    }

    private static Bytes key(UUID attempt) {
        return Bytes.wrap(StoreKeys.bytes(attempt));
    }
}
