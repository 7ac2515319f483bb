package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Label;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The sums of hours, days and months of one partition, and those of each label apart. What charges
/// add is gathered by hour in memory, and written in one go. The store keeps the sums under the
/// keys and in the form of the cost topics. It lies with the tenant, who is part of every key. Not
/// thread-safe.
final class Sums {

    /// What was gathered of a group in an hour.
    private static final class Gathered {
        private Totals totals = Totals.NONE;
        private long timestamp;
    }

    private record Group(Dimensions dimensions, @Nullable Label label, Instant hour) {}

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

    private final ProcessorContext<String, byte[]> context;
    private final Map<BucketLength, String> totalsTopics = new EnumMap<>(BucketLength.class);
    private final String labelsTopic;
    private final KeyValueStore<String, byte[]> store;
    private final OpenHours openHours;
    private final LabelValues labels;
    private final Serializer<Cost> serializer;
    private final Deserializer<Cost> deserializer;
    private final Map<Group, Gathered> gathered = new LinkedHashMap<>();
    private final Recent recent = new Recent();

    /// @param mostLabelValues as [AccountingLinks#mostLabelValues]
    /// @param overflow told once of each label with more
    Sums(
            ProcessorContext<String, byte[]> context,
            Topics topics,
            RecordSerdes serdes,
            int mostLabelValues,
            Runnable overflow) {
        this.context = context;
        for (BucketLength length : BucketLength.values()) {
            totalsTopics.put(length, AccountingTopology.costsTopic(topics, length).name());
        }
        this.labelsTopic = topics.labelCosts().name();
        this.store = context.getStateStore(AccountingTopology.SUMS_STORE);
        this.openHours = new OpenHours(store);
        this.labels = new LabelValues(store, mostLabelValues, overflow);
        this.serializer = serdes.serializer();
        this.deserializer = serdes.deserializer(Cost.class);
    }

    /// Gathers what a charge adds.
    void add(Charge charge, long timestamp) {
        Instant hour = BucketLength.HOUR.at(charge.getEndedAt()).start();
        Dimensions dimensions = ChargeRecords.dimensions(charge);
        Posting posting = ChargeRecords.posting(charge);
        add(new Group(dimensions, null, hour), posting, timestamp);
        for (Label label : ChargeRecords.labels(charge)) {
            Label counted = labels.counted(charge.getTenant(), label, hour);
            add(new Group(dimensions, counted, hour), posting, timestamp);
        }
    }

    private void add(Group group, Posting posting, long timestamp) {
        Gathered sum = gathered.computeIfAbsent(group, _ -> new Gathered());
        sum.totals = sum.totals.plus(posting);
        sum.timestamp = Math.max(sum.timestamp, timestamp);
    }

    /// Writes what was gathered, and passes on the sums that changed by it.
    void write() {
        gathered.forEach((group, added) -> {
            for (BucketLength length : BucketLength.values()) {
                write(group, length.at(group.hour()), added);
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

    private void write(Group group, Bucket bucket, Gathered added) {
        Label label = group.label();
        Dimensions dimensions = group.dimensions();
        String key = label == null ? dimensions.key(bucket) : dimensions.key(bucket, label);
        String topic = topic(bucket.length(), label);
        Totals totals = read(key, topic).plus(added.totals);
        byte[] sum =
                serializer.serialize(topic, CostRecords.cost(bucket, dimensions, label, totals));
        recent.put(key, totals);
        store.put(key, sum);
        context.forward(
                new Record<>(key, sum, added.timestamp),
                label == null
                        ? AccountingTopology.costs(bucket.length())
                        : AccountingTopology.LABEL_COSTS);
        if (label == null && bucket.length() == BucketLength.HOUR) {
            openHours.changed(key);
        }
    }

    private String topic(BucketLength length, @Nullable Label label) {
        return label == null ? Objects.requireNonNull(totalsTopics.get(length)) : labelsTopic;
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
