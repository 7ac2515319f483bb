package dev.millrace.accounting.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The charges that are booked and not yet in the sums. Sums are in memory for a moment before they
/// are written; a commit in between has the charges here, so that whoever comes next has them too.
///
/// There is a fixed number of places, each used over and over: charges have ascending numbers, and
/// those up to one number are in the sums over all attempts, those up to another in the sums by
/// label. Not thread-safe.
final class UnsummedCharges {

    /// The sums that charges are added to apart.
    enum Part {
        TOTALS("summed|"),
        LABELS("summed-labels|");

        /// Every one.
        static final Set<Part> ALL = Set.of(values());

        private final String key;

        Part(String key) {
            this.key = key;
        }
    }

    /// A charge that is not in all sums.
    ///
    /// @param missing where it is not yet
    /// @param record the charge as it stands on its topic
    record Left(Set<Part> missing, byte[] record) {}

    /// At most as many charges wait.
    static final int PLACES = 32_768;

    /// Before the keys of the sums, of which none begins like this, nor like those of the parts.
    private static final String PLACE = "charge|";

    private static final String BEHIND_PLACES = "charge}";

    private final KeyValueStore<String, byte[]> store;
    private final long[] summed = new long[Part.values().length];
    private long next;

    /// @param store of the sums
    UnsummedCharges(KeyValueStore<String, byte[]> store) {
        this.store = store;
        for (Part part : Part.values()) {
            byte[] stored = store.get(part.key);
            summed[part.ordinal()] = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
            next = Math.max(next, summed[part.ordinal()]);
        }
    }

    /// Takes up what an earlier instance left.
    ///
    /// @return the charges, in order
    List<Left> load() {
        SortedMap<Long, Left> left = new TreeMap<>();
        try (KeyValueIterator<String, byte[]> places = store.range(PLACE, BEHIND_PLACES)) {
            while (places.hasNext()) {
                byte[] value = places.next().value;
                long number = ByteBuffer.wrap(value).getLong();
                Set<Part> missing = EnumSet.noneOf(Part.class);
                for (Part part : Part.values()) {
                    if (number >= summed[part.ordinal()]) {
                        missing.add(part);
                    }
                }
                if (!missing.isEmpty()) {
                    byte[] record = Arrays.copyOfRange(value, Long.BYTES, value.length);
                    left.put(number, new Left(missing, record));
                    next = Math.max(next, number + 1);
                }
            }
        }
        return List.copyOf(left.values());
    }

    /// @param charge as it stands on its topic
    void add(byte[] charge) {
        store.put(
                PLACE + HexFormat.of().toHexDigits((short) (next % PLACES)),
                ByteBuffer.allocate(Long.BYTES + charge.length).putLong(next).put(charge).array());
        next++;
    }

    /// Whether all charges are in these sums.
    boolean isEmpty(Part part) {
        return next == summed[part.ordinal()];
    }

    /// Whether there is no place for another one.
    boolean isFull() {
        return next - Arrays.stream(summed).min().orElse(next) == PLACES;
    }

    /// All of them are in these sums.
    void clear(Part part) {
        summed[part.ordinal()] = next;
        store.put(part.key, ByteBuffer.allocate(Long.BYTES).putLong(next).array());
    }
}
