package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/// The sums of hours, days and months of one partition. What charges add is gathered by hour in
/// memory, and written in one go. The store keeps the sums under the keys and in the form of the
/// cost topics. It lies with the tenant, who is part of every key. Not thread-safe.
final class Sums {

    /// What was gathered of a group in an hour.
    private static final class Gathered {
        private Totals totals = Totals.NONE;
        private long timestamp;
    }

    private record Group(Dimensions dimensions, Instant hour) {}

    /// The sums written last, so that those that change all the time need not be read.
    private static final class Recent extends LinkedHashMap<String, Totals> {

        private static final int MOST = 4_096;

        Recent() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Totals> eldest) {
            return size() > MOST;
        }
    }

    private final ProcessorContext<String, byte[]> context;
    private final Topics topics;
    private final KeyValueStore<String, byte[]> store;
    private final OpenHours openHours;
    private final Serializer<Cost> serializer;
    private final Deserializer<Cost> deserializer;
    private final Map<Group, Gathered> gathered = new LinkedHashMap<>();
    private final Recent recent = new Recent();

    Sums(ProcessorContext<String, byte[]> context, Topics topics, RecordSerdes serdes) {
        this.context = context;
        this.topics = topics;
        this.store = context.getStateStore(AccountingTopology.SUMS_STORE);
        this.openHours = new OpenHours(store);
        this.serializer = serdes.serializer();
        this.deserializer = serdes.deserializer(Cost.class);
    }

    /// Gathers what a charge adds.
    void add(Charge charge, long timestamp) {
        Instant hour = BucketLength.HOUR.at(charge.getEndedAt()).start();
        Gathered group =
                gathered.computeIfAbsent(
                        new Group(ChargeRecords.dimensions(charge), hour), _ -> new Gathered());
        group.totals = group.totals.plus(ChargeRecords.posting(charge));
        group.timestamp = Math.max(group.timestamp, timestamp);
    }

    /// Writes what was gathered, and passes on the sums that changed by it.
    void write() {
        gathered.forEach((group, added) -> {
            for (BucketLength length : BucketLength.values()) {
                write(group.dimensions(), length.at(group.hour()), added);
            }
        });
        gathered.clear();
    }

    /// Whether there are hours to be closed.
    ///
    /// @param now as for [#close]
    boolean hasOver(Instant now) {
        return openHours.hasOver(now)
                || gathered.keySet().stream()
                        .anyMatch(group -> OpenHours.isOver(group.hour(), now));
    }

    /// Passes on once more the sums of the hours that are over. What was gathered is written.
    ///
    /// @param now up to when everything is charged that was read
    void close(Instant now, long timestamp) {
        for (String key : openHours.close(now)) {
            context.forward(
                    new Record<>(key, store.get(key), timestamp), AccountingTopology.FINAL_COSTS);
        }
    }

    void close() {
        serializer.close();
        deserializer.close();
    }

    private void write(Dimensions dimensions, Bucket bucket, Gathered added) {
        String key = dimensions.key(bucket);
        String topic = AccountingTopology.costsTopic(topics, bucket.length()).name();
        Totals totals = read(key, topic).plus(added.totals);
        byte[] sum = serializer.serialize(topic, CostRecords.cost(bucket, dimensions, totals));
        recent.put(key, totals);
        store.put(key, sum);
        context.forward(
                new Record<>(key, sum, added.timestamp), AccountingTopology.costs(bucket.length()));
        if (bucket.length() == BucketLength.HOUR) {
            openHours.changed(key);
        }
    }

    private Totals read(String key, String topic) {
        Totals known = recent.get(key);
        if (known != null) {
            return known;
        }
        byte[] sum = store.get(key);
        return sum == null ? Totals.NONE : CostRecords.totals(deserializer.deserialize(topic, sum));
    }
}
