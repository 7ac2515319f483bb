package dev.millrace.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// Ids in the order of a time, in a key range of a store. Not thread-safe.
///
/// It remembers up to where it was drained and looks no further back than that: in RocksDB the
/// deleted entries before that point would all be read over again.
public final class TimeQueue {

    private static final byte[] PRESENT = {1};
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final KeyValueStore<Bytes, byte[]> store;
    private final char kind;
    private long drained;

    /// @param kind tells this queue's keys from the store's others
    public TimeQueue(KeyValueStore<Bytes, byte[]> store, char kind) {
        this.store = store;
        this.kind = kind;
    }

    /// The time that an entry of this time stands at: nothing stands before 1970 or after 9999,
    /// whatever a record says.
    public static Instant bounded(Instant time) {
        if (time.isBefore(Instant.EPOCH)) {
            return Instant.EPOCH;
        }
        return time.isAfter(LATEST) ? LATEST : time;
    }

    public void add(Instant time, UUID id) {
        long millis = bounded(time).toEpochMilli();
        store.put(StoreKeys.timed(kind, millis, id), PRESENT);
        drained = Math.min(drained, millis);
    }

    public void remove(Instant time, UUID id) {
        store.delete(StoreKeys.timed(kind, bounded(time).toEpochMilli(), id));
    }

    /// Takes out the oldest entries up to and including a time.
    ///
    /// @param limit the most to take
    public List<UUID> drain(Instant until, int limit) {
        long millis = bounded(until).toEpochMilli();
        if (millis < drained) {
            return List.of();
        }
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.range(
                        StoreKeys.timed(kind, drained, StoreKeys.FIRST),
                        StoreKeys.timed(kind, millis, StoreKeys.LAST))) {
            while (range.hasNext() && keys.size() < limit) {
                keys.add(range.next().key);
            }
        }
        keys.forEach(store::delete);
        drained = keys.size() < limit ? millis + 1 : StoreKeys.millis(keys.getLast());
        return keys.stream().map(StoreKeys::id).toList();
    }
}
