package dev.millrace.accounting.stream;

import dev.millrace.topology.StoreKeys;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// What is known beside the attempts: which one each request was counted with, and the newest event
/// time. Not thread-safe.
final class AttemptIndex {

    private static final char COUNTED_REQUEST = 'r';
    private static final char OBSERVED = 't';

    /// For how long beyond the latest attempt the times in requests' ids are made use of.
    private static final Duration AHEAD = Duration.ofDays(365);

    private static final int TIMED = 7;
    private static final int UNTIMED_BITS = 16;
    private static final long LATEST = (1L << Long.SIZE - UNTIMED_BITS) - 1;

    private final KeyValueStore<Bytes, byte[]> store;
    private final Supplier<Instant> latestClosed;
    private @Nullable RecentIds recent;
    private @Nullable Instant observed;

    /// @param latestClosed as [AttemptStates#latestClosed]
    AttemptIndex(KeyValueStore<Bytes, byte[]> store, Supplier<Instant> latestClosed) {
        this.store = store;
        this.latestClosed = latestClosed;
    }

    /// Counts a request with an attempt, unless it was counted with another one.
    ///
    /// @return whether the request is counted with this attempt
    boolean countRequest(UUID request, UUID attempt) {
        Bytes key = StoreKeys.of(COUNTED_REQUEST, request);
        boolean timed = request.version() == TIMED;
        byte[] counted = timed && recent().isNew(request, time(request)) ? null : store.get(key);
        if (counted == null) {
            store.put(key, StoreKeys.bytes(attempt));
            if (timed) {
                recent().add(request, time(request));
            }
            return true;
        }
        return StoreKeys.uuid(ByteBuffer.wrap(counted)).equals(attempt);
    }

    void forgetRequest(UUID request) {
        store.put(StoreKeys.of(COUNTED_REQUEST, request), null);
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

    /// Reads what the store holds when it is needed first. Requests are mostly older than the
    /// latest attempt: the newer ones are few, whatever ids without a time stand among them.
    private RecentIds recent() {
        RecentIds known = recent;
        if (known == null) {
            long latest = latestClosed.get().toEpochMilli();
            long until = latest == 0 ? LATEST : latest + AHEAD.toMillis();
            try (KeyValueIterator<Bytes, byte[]> newer =
                    store.range(
                            StoreKeys.of(COUNTED_REQUEST, new UUID(latest << UNTIMED_BITS, 0)),
                            StoreKeys.of(
                                    COUNTED_REQUEST,
                                    new UUID(until << UNTIMED_BITS | 0xffff, -1)))) {
                while (newer.hasNext()) {
                    UUID id = StoreKeys.uuid(ByteBuffer.wrap(newer.next().key.get(), 1, 16));
                    latest = id.version() == TIMED ? time(id) : latest;
                }
            }
            known = new RecentIds(latest, until);
            recent = known;
        }
        return known;
    }

    /// The time that a UUIDv7 begins with, in milliseconds since the epoch.
    private static long time(UUID id) {
        return id.getMostSignificantBits() >>> UNTIMED_BITS;
    }
}
