package dev.millrace.accounting.stream;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// Attempts in the order of a time, in a key range of the index store. Not thread-safe.
///
/// It remembers up to where it was drained and looks no further back than that: in RocksDB the
/// deleted entries before that point would all be read over again.
final class TimeQueue {

    private static final byte[] PRESENT = {1};

    private final KeyValueStore<Bytes, byte[]> store;
    private final char kind;
    private long drained;

    /// @param kind tells this queue's keys from the store's others
    TimeQueue(KeyValueStore<Bytes, byte[]> store, char kind) {
        this.store = store;
        this.kind = kind;
    }

    void add(Instant time, UUID attempt) {
        long millis = time.toEpochMilli();
        store.put(Keys.of(kind, millis, attempt), PRESENT);
        drained = Math.min(drained, millis);
    }

    void remove(Instant time, UUID attempt) {
        store.delete(Keys.of(kind, time.toEpochMilli(), attempt));
    }

    /// Takes out the oldest entries up to and including a time.
    ///
    /// @param limit the most to take
    List<UUID> drain(Instant until, int limit) {
        long millis = until.toEpochMilli();
        if (millis < drained) {
            return List.of();
        }
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.range(Keys.of(kind, drained, Keys.FIRST), Keys.of(kind, millis, Keys.LAST))) {
            while (range.hasNext() && keys.size() < limit) {
                keys.add(range.next().key);
            }
        }
        List<UUID> attempts = new ArrayList<>(keys.size());
        for (Bytes key : keys) {
            ByteBuffer buffer = ByteBuffer.wrap(key.get()).position(1);
            long time = buffer.getLong();
            attempts.add(Keys.uuid(buffer));
            store.delete(key);
            drained = time;
        }
        if (keys.size() < limit) {
            drained = millis + 1;
        }
        return attempts;
    }
}
