package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.stream.GatheredCharges.Gathered;
import dev.millrace.accounting.stream.GatheredCharges.Group;
import dev.millrace.accounting.stream.UnsummedCharges.Part;
import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Sums computed anew from the charges on the log, in the store beside those that are shown. When
/// all charges are in, the two are held against each other key by key. Charges that are booked
/// meanwhile are in both, but for keys that have been compared. Not thread-safe.
final class ShadowSums {

    /// Before the keys of these sums in the store; no other key begins like this.
    static final String PREFIX = "rebuild|";

    private static final String BEHIND = "rebuild}";

    /// The keys of all sums that are shown lie between these, and no other keys.
    private static final String FIRST_SHOWN = "day-";

    private static final String BEHIND_SHOWN = "month.";

    private final Sums sums;
    private final KeyValueStore<String, byte[]> store;
    private final SumTable table;
    private final GatheredCharges gathered;
    private @Nullable String cursor;
    private long compared;
    private long changed;

    /// @param sums that are shown
    /// @param table of these
    ShadowSums(
            Sums sums,
            KeyValueStore<String, byte[]> store,
            SumTable table,
            GatheredCharges gathered) {
        this.sums = sums;
        this.store = store;
        this.table = table;
        this.gathered = gathered;
    }

    /// Sums computed.
    long compared() {
        return compared;
    }

    /// Sums that differed.
    long changed() {
        return changed;
    }

    /// Adds charges that the log has.
    void add(List<Charge> charges) {
        charges.forEach(charge -> gathered.add(charge, Part.ALL, 0));
        for (Part part : Part.ALL) {
            gathered.drain(
                    part,
                    (group, added) -> {
                        for (BucketLength length : BucketLength.values()) {
                            add(group, length.at(group.hour()), added);
                        }
                    });
        }
    }

    void add(Group group, Bucket bucket, Gathered added) {
        sums.add(table, group, bucket, added);
    }

    /// Whether what is added to the sum of a key is to be added here too.
    boolean wants(String key) {
        return cursor == null || key.compareTo(cursor) >= 0;
    }

    /// Compares a part of the keys. Nothing is gathered and not yet written meanwhile.
    ///
    /// @param apply whether sums that differ are replaced
    /// @param complete from when on all charges were read; sums of what began earlier are left out.
    ///   Null: all were
    /// @return whether that was the last part
    boolean compare(boolean apply, @Nullable Instant complete, int most, long timestamp) {
        String from = cursor == null ? FIRST_SHOWN : cursor;
        List<KeyValue<String, byte[]>> shown = range(from, BEHIND_SHOWN, most);
        for (KeyValue<String, byte[]> one : shown) {
            compare(one.key, one.value, table.get(one.key), apply, complete, timestamp);
            cursor = one.key + "\0";
        }
        if (shown.size() == most) {
            return false;
        }
        cursor = BEHIND_SHOWN;
        for (KeyValue<String, byte[]> left : range(PREFIX, BEHIND, Integer.MAX_VALUE)) {
            String key = left.key.substring(PREFIX.length());
            compare(key, null, left.value, apply, complete, timestamp);
        }
        return true;
    }

    /// Takes all of it out of the store.
    void forget() {
        for (KeyValue<String, byte[]> one : range(PREFIX, BEHIND, Integer.MAX_VALUE)) {
            store.delete(one.key);
        }
    }

    private void compare(
            String key,
            byte @Nullable [] shown,
            byte @Nullable [] computed,
            boolean apply,
            @Nullable Instant complete,
            long timestamp) {
        byte[] either = computed == null ? shown : computed;
        if (either != null
                && (complete == null || !sums.bucketStart(key, either).isBefore(complete))) {
            compared++;
            if (!Arrays.equals(shown, computed)) {
                changed++;
                if (apply) {
                    sums.replace(key, computed, timestamp);
                }
            }
        }
        if (computed != null) {
            table.put(key, null);
        }
    }

    private List<KeyValue<String, byte[]>> range(String from, String to, int most) {
        List<KeyValue<String, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> iterator = store.range(from, to)) {
            while (iterator.hasNext() && entries.size() < most) {
                entries.add(iterator.next());
            }
        }
        return entries;
    }
}
