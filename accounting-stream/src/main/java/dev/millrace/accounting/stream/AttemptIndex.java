package dev.millrace.accounting.stream;

import dev.millrace.topology.StoreKeys;
import dev.millrace.topology.TimeQueue;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// What finds attempts otherwise than by their id, so that nothing has to scan them all: the open
/// ones by due time and by dispatch, the closed ones by expiry; which attempt each request was
/// counted with; and the newest event time. Not thread-safe.
final class AttemptIndex {

    private static final char DUE = 'd';
    private static final char EXPIRY = 'e';
    private static final char OPEN = 'o';
    private static final char COUNTED_REQUEST = 'r';
    private static final char OBSERVED = 't';

    private final KeyValueStore<Bytes, byte[]> store;
    private final TimeQueue due;
    private final TimeQueue expiry;
    private @Nullable Instant observed;

    AttemptIndex(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        this.due = new TimeQueue(store, DUE);
        this.expiry = new TimeQueue(store, EXPIRY);
    }

    /// Open attempts by when they are overdue.
    TimeQueue due() {
        return due;
    }

    /// Closed attempts by when they are forgotten.
    TimeQueue expiry() {
        return expiry;
    }

    void addOpen(UUID dispatch, UUID attempt, long fence) {
        store.put(
                StoreKeys.of(OPEN, dispatch, attempt),
                ByteBuffer.allocate(Long.BYTES).putLong(fence).array());
    }

    void removeOpen(UUID dispatch, UUID attempt) {
        store.delete(StoreKeys.of(OPEN, dispatch, attempt));
    }

    /// The open attempts of a dispatch that an earlier owner of its partition made.
    List<UUID> openBelow(UUID dispatch, long fence) {
        List<UUID> attempts = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.range(
                        StoreKeys.of(OPEN, dispatch, StoreKeys.FIRST),
                        StoreKeys.of(OPEN, dispatch, StoreKeys.LAST))) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> open = range.next();
                if (ByteBuffer.wrap(open.value).getLong() < fence) {
                    attempts.add(StoreKeys.uuid(ByteBuffer.wrap(open.key.get()).position(17)));
                }
            }
        }
        return attempts;
    }

    /// Counts a request with an attempt, unless it was counted with another one.
    ///
    /// @return whether the request is counted with this attempt
    boolean countRequest(UUID request, UUID attempt) {
        Bytes key = StoreKeys.of(COUNTED_REQUEST, request);
        byte[] counted = store.get(key);
        if (counted == null) {
            store.put(key, StoreKeys.bytes(attempt));
            return true;
        }
        return StoreKeys.uuid(ByteBuffer.wrap(counted)).equals(attempt);
    }

    void forgetRequest(UUID request) {
        store.delete(StoreKeys.of(COUNTED_REQUEST, request));
    }

    /// The newest event time.
    Instant observed() {
        if (observed == null) {
            byte[] stored = store.get(StoreKeys.of(OBSERVED));
            observed =
                    stored == null
                            ? Instant.EPOCH
                            : Instant.ofEpochMilli(ByteBuffer.wrap(stored).getLong());
        }
        return observed;
    }

    void observe(Instant newest) {
        if (!newest.equals(observed())) {
            observed = newest;
            store.put(
                    StoreKeys.of(OBSERVED),
                    ByteBuffer.allocate(Long.BYTES).putLong(newest.toEpochMilli()).array());
        }
    }
}
