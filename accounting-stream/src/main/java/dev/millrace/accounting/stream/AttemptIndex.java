package dev.millrace.accounting.stream;

import dev.millrace.topology.StoreKeys;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// What is known beside the attempts: which one each request was counted with, and the newest event
/// time. Not thread-safe.
final class AttemptIndex {

    private static final char COUNTED_REQUEST = 'r';
    private static final char OBSERVED = 't';

    private final KeyValueStore<Bytes, byte[]> store;
    private @Nullable Instant observed;

    AttemptIndex(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
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
