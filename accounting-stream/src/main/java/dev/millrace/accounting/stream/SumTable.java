package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.accounting.stream.GatheredCharges.Group;
import dev.millrace.schemas.Cost;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Sums in a store, under the keys and in the form of the cost topics. Not thread-safe.
final class SumTable {

    /// The sums written last, so that those that change all the time need not be read.
    private static final class Recent extends LinkedHashMap<String, Totals> {

        private static final int MOST = 16_384;

        Recent() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Totals> eldest) {
            return size() > MOST;
        }
    }

    private final KeyValueStore<String, byte[]> store;
    private final String prefix;
    private final Serializer<Cost> serializer;
    private final Deserializer<Cost> deserializer;
    private final Recent recent = new Recent();

    /// @param prefix before the keys, which tells this table's from the store's others
    SumTable(
            KeyValueStore<String, byte[]> store,
            String prefix,
            Serializer<Cost> serializer,
            Deserializer<Cost> deserializer) {
        this.store = store;
        this.prefix = prefix;
        this.serializer = serializer;
        this.deserializer = deserializer;
    }

    /// Adds to a sum.
    ///
    /// @param topic that the sum's record is for
    /// @return the sum as it is now
    byte[] add(String key, String topic, Bucket bucket, Group group, Totals added) {
        Totals totals = read(key, topic).plus(added);
        byte[] sum =
                serializer.serialize(
                        topic, CostRecords.cost(bucket, group.dimensions(), group.label(), totals));
        recent.put(key, totals);
        store.put(prefix + key, sum);
        return sum;
    }

    byte @Nullable [] get(String key) {
        return store.get(prefix + key);
    }

    /// Replaces a sum.
    ///
    /// @param sum null takes it away
    void put(String key, byte @Nullable [] sum) {
        recent.remove(key);
        store.put(prefix + key, sum);
    }

    private Totals read(String key, String topic) {
        Totals known = recent.get(key);
        if (known != null) {
            return known;
        }
        byte[] sum = get(key);
        return sum == null ? Totals.NONE : CostRecords.totals(deserializer.deserialize(topic, sum));
    }
}
