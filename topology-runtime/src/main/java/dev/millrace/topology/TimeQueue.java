package dev.millrace.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Ids in the order of a time, each with a value, in a key range of a store. Not thread-safe.
///
/// It remembers up to where it was drained and looks no further back than that: in RocksDB the
/// deleted entries before that point would all be read over again.
public final class TimeQueue {

    /// What stands in the queue.
    public record Entry(UUID id, byte[] value) {}

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final byte[] PRESENT = {};

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

    /// Adds an id.
    public void add(Instant time, UUID id) {
        put(time, id, PRESENT);
    }

    /// Takes an id out that was added at a time, if it is there.
    public void remove(Instant time, UUID id) {
        store.put(StoreKeys.timed(kind, bounded(time).toEpochMilli(), id), null);
    }

    /// Adds an id with a value, or replaces its value.
    public void put(Instant time, UUID id, byte[] value) {
        long millis = bounded(time).toEpochMilli();
        store.put(StoreKeys.timed(kind, millis, id), value);
        drained = Math.min(drained, millis);
    }

    /// The value of an id that was added at a time; null if there is none.
    public byte @Nullable [] find(Instant time, UUID id) {
        return store.get(StoreKeys.timed(kind, bounded(time).toEpochMilli(), id));
    }

    /// The latest time at which anything stands; 1970 if there is nothing.
    public Instant latest() {
        try (KeyValueIterator<Bytes, byte[]> backwards =
                store.reverseRange(
                        StoreKeys.timed(kind, 0, StoreKeys.FIRST),
                        StoreKeys.timed(kind, LATEST.toEpochMilli(), StoreKeys.LAST))) {
            return backwards.hasNext()
                    ? Instant.ofEpochMilli(StoreKeys.millis(backwards.next().key))
                    : Instant.EPOCH;
        }
    }

    /// Takes out the oldest entries up to and including a time.
    ///
    /// @param limit the most to take
    public List<Entry> drain(Instant until, int limit) {
        long millis = bounded(until).toEpochMilli();
        if (millis < drained) {
            return List.of();
        }
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.range(
                        StoreKeys.timed(kind, drained, StoreKeys.FIRST),
                        StoreKeys.timed(kind, millis, StoreKeys.LAST))) {
            while (range.hasNext() && entries.size() < limit) {
                entries.add(range.next());
            }
        }
        entries.forEach(entry -> store.put(entry.key, null));
        drained = entries.size() < limit ? millis + 1 : StoreKeys.millis(entries.getLast().key);
        return entries.stream()
                .map(entry -> new Entry(StoreKeys.id(entry.key), entry.value))
                .toList();
    }
}
