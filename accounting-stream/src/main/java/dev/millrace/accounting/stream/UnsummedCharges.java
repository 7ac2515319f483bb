package dev.millrace.accounting.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The charges that are booked and not yet in the sums. Sums are in memory for a moment before they
/// are written; a commit in between has the charges here, so that whoever comes next has them too.
///
/// Charges have ascending numbers: those up to one number are in the sums over all attempts, those
/// up to another in the sums by label. Each commit puts those that came since the last one, and are
/// not in all sums, into the store: many in one value, a *page*, with the number of the first one
/// before them. The pages have a fixed number of places, which are used over and over. Older
/// versions had a place for each charge. Not thread-safe.
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

    /// A page in the store.
    ///
    /// @param end the number behind its last charge
    private record Page(int place, long end) {}

    /// At most as many charges wait. None is in more than one page, and no page is empty.
    static final int MOST = 32_768;

    /// A page has no further charge behind so many bytes.
    private static final int PAGE_BYTES = 64 * 1024;

    /// Before the keys of the pages, and before those of former versions. No key of a sum begins
    /// like one of them, nor like those of the parts.
    private static final String PAGE = "charges|";

    private static final String BEHIND_PAGES = "charges}";
    private static final String FORMER = "charge|";
    private static final String BEHIND_FORMER = "charge}";

    private final KeyValueStore<String, byte[]> store;
    private final long[] summed = new long[Part.values().length];
    private final List<byte[]> unstored = new ArrayList<>();
    private final Deque<Page> pages = new ArrayDeque<>();
    private final BitSet places = new BitSet();
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
        SortedMap<Long, byte[]> left = new TreeMap<>();
        loadFormer(left);
        loadPages(left);
        if (!left.isEmpty()) {
            next = Math.max(next, left.lastKey() + 1);
        }
        return left.entrySet().stream()
                .map(charge -> new Left(missing(charge.getKey()), charge.getValue()))
                .toList();
    }

    /// @param charge as it stands on its topic
    void add(byte[] charge) {
        unstored.add(charge);
        next++;
    }

    /// Puts what came since the last time into the store: to be done before a commit.
    void store() {
        long first = next - unstored.size();
        int done = (int) Math.max(0, summedByAll() - first);
        while (done < unstored.size()) {
            int end = done;
            int size = Long.BYTES;
            do {
                size += Integer.BYTES + unstored.get(end).length;
                end++;
            } while (end < unstored.size() && size < PAGE_BYTES);
            ByteBuffer page = ByteBuffer.allocate(size).putLong(first + done);
            for (byte[] charge : unstored.subList(done, end)) {
                page.putInt(charge.length).put(charge);
            }
            int place = places.nextClearBit(0);
            store.put(PAGE + HexFormat.of().toHexDigits((short) place), page.array());
            hold(new Page(place, first + end));
            done = end;
        }
        unstored.clear();
    }

    /// Whether all charges are in these sums.
    boolean isEmpty(Part part) {
        return next == summed[part.ordinal()];
    }

    /// Whether there is no room for another one.
    boolean isFull() {
        return next - summedByAll() == MOST;
    }

    /// All of them are in these sums.
    void clear(Part part) {
        summed[part.ordinal()] = next;
        store.put(part.key, ByteBuffer.allocate(Long.BYTES).putLong(next).array());
        long all = summedByAll();
        while (!pages.isEmpty() && pages.getFirst().end() <= all) {
            places.clear(pages.removeFirst().place());
        }
    }

    private long summedByAll() {
        return Math.min(summed[Part.TOTALS.ordinal()], summed[Part.LABELS.ordinal()]);
    }

    private void loadPages(SortedMap<Long, byte[]> left) {
        List<Page> loaded = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> stored = store.range(PAGE, BEHIND_PAGES)) {
            while (stored.hasNext()) {
                KeyValue<String, byte[]> page = stored.next();
                ByteBuffer value = ByteBuffer.wrap(page.value);
                long number = value.getLong();
                while (value.hasRemaining()) {
                    byte[] charge = new byte[value.getInt()];
                    value.get(charge);
                    if (number >= summedByAll()) {
                        left.put(number, charge);
                    }
                    number++;
                }
                if (number > summedByAll()) {
                    String place = page.key.substring(PAGE.length());
                    loaded.add(new Page(HexFormat.fromHexDigits(place), number));
                }
            }
        }
        loaded.sort(Comparator.comparingLong(Page::end));
        loaded.forEach(this::hold);
    }

    /// Those that are in all sums are deleted, the others when they are: at the next start.
    private void loadFormer(SortedMap<Long, byte[]> left) {
        List<String> summedUp = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> stored = store.range(FORMER, BEHIND_FORMER)) {
            while (stored.hasNext()) {
                KeyValue<String, byte[]> charge = stored.next();
                long number = ByteBuffer.wrap(charge.value).getLong();
                if (number < summedByAll()) {
                    summedUp.add(charge.key);
                } else {
                    left.put(
                            number,
                            Arrays.copyOfRange(charge.value, Long.BYTES, charge.value.length));
                }
            }
        }
        summedUp.forEach(store::delete);
    }

    private Set<Part> missing(long number) {
        Set<Part> missing = EnumSet.noneOf(Part.class);
        for (Part part : Part.values()) {
            if (number >= summed[part.ordinal()]) {
                missing.add(part);
            }
        }
        return missing;
    }

    private void hold(Page page) {
        places.set(page.place());
        pages.add(page);
    }
}
