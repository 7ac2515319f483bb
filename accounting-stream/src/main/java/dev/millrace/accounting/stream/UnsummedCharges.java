package dev.millrace.accounting.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The charges that are booked and not yet in the sums. Sums are in memory for a moment before they
/// are written; a commit in between has the charges here, so that whoever comes next has them too.
///
/// There is a fixed number of places, each used over and over: charges have ascending numbers, and
/// those up to one number are in the sums. Not thread-safe.
final class UnsummedCharges {

    /// At most as many charges wait.
    static final int PLACES = 32_768;

    /// Before the keys of the sums, of which none begins like these.
    private static final String PLACE = "charge|";

    private static final String BEHIND_PLACES = "charge}";
    private static final String SUMMED = "summed|";

    private final KeyValueStore<String, byte[]> store;
    private long summed;
    private long next;

    /// @param store of the sums
    UnsummedCharges(KeyValueStore<String, byte[]> store) {
        this.store = store;
        byte[] stored = store.get(SUMMED);
        summed = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
        next = summed;
    }

    /// Takes up what an earlier instance left.
    ///
    /// @return the charges as they stand on their topic, in order
    List<byte[]> load() {
        Map<Long, byte[]> left = new TreeMap<>();
        try (KeyValueIterator<String, byte[]> places = store.range(PLACE, BEHIND_PLACES)) {
            while (places.hasNext()) {
                KeyValue<String, byte[]> place = places.next();
                long number = ByteBuffer.wrap(place.value).getLong();
                if (number >= summed) {
                    left.put(
                            number,
                            Arrays.copyOfRange(place.value, Long.BYTES, place.value.length));
                    next = Math.max(next, number + 1);
                }
            }
        }
        return new ArrayList<>(left.values());
    }

    /// @param charge as it stands on its topic
    void add(byte[] charge) {
        store.put(
                PLACE + HexFormat.of().toHexDigits((short) (next % PLACES)),
                ByteBuffer.allocate(Long.BYTES + charge.length).putLong(next).put(charge).array());
        next++;
    }

    boolean isEmpty() {
        return next == summed;
    }

    /// Whether there is no place for another one.
    boolean isFull() {
        return next - summed == PLACES;
    }

    /// All of them are in the sums.
    void clear() {
        summed = next;
        store.put(SUMMED, ByteBuffer.allocate(Long.BYTES).putLong(summed).array());
    }
}
