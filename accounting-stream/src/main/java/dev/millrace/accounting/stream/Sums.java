package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Label;
import dev.millrace.accounting.stream.GatheredCharges.Gathered;
import dev.millrace.accounting.stream.GatheredCharges.Group;
import dev.millrace.accounting.stream.UnsummedCharges.Part;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    private final ProcessorContext<String, byte[]> context;
    private final Map<BucketLength, String> totalsTopics = new EnumMap<>(BucketLength.class);
    private final String labelsTopic;
    private final KeyValueStore<String, byte[]> store;
    private final SumTable live;
    private final OpenHours openHours;
    private final LabelValues labels;
    private final Serializer<Cost> serializer;
    private final Deserializer<Cost> deserializer;
    private final GatheredCharges gathered;
    private @Nullable ShadowSums shadow;

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
        this.live = new SumTable(store, "", serializer, deserializer);
        this.gathered = new GatheredCharges(labels);
    }

    /// Gathers what a charge adds.
    ///
    /// @param parts to which it is to be added
    void add(Charge charge, Set<Part> parts, long timestamp) {
        gathered.add(charge, parts, timestamp);
    }

    /// Writes what was gathered for a part, and passes on the sums that changed by it.
    void write(Part part) {
        gathered.drain(
                part,
                (group, added) -> {
                    for (BucketLength length : BucketLength.values()) {
                        write(group, length.at(group.hour()), added);
                    }
                });
    }

    /// Begins to compute other sums beside these, from nothing. What is gathered from now on is
    /// added to both.
    ShadowSums rebuild() {
        ShadowSums begun =
                new ShadowSums(
                        this,
                        store,
                        new SumTable(store, ShadowSums.PREFIX, serializer, deserializer),
                        new GatheredCharges(labels));
        begun.forget();
        shadow = begun;
        return begun;
    }

    /// Ends what [#rebuild] began.
    void rebuilt() {
        if (shadow != null) {
            shadow.forget();
            shadow = null;
        }
    }

    /// Whether there are hours to be closed.
    ///
    /// @param now as for [#close]
    boolean hasOver(Instant now) {
        return openHours.hasOver(now)
                || gathered.totalHours().anyMatch(hour -> OpenHours.isOver(hour, now));
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

    /// Puts another sum in the place of one, and passes it on.
    ///
    /// @param sum null takes it away
    void replace(String key, byte @Nullable [] sum, long timestamp) {
        live.put(key, sum);
        BucketLength length = length(key);
        pass(key, sum, length, timestamp);
    }

    /// When the bucket of a sum begins.
    Instant bucketStart(String key, byte[] sum) {
        BucketLength length = length(key);
        return deserializer.deserialize(topic(length), sum).getBucketStart();
    }

    /// Writes what a group adds to the table of the sums beside these.
    void add(SumTable table, Group group, Bucket bucket, Gathered added) {
        String topic = topic(group.label() == null ? bucket.length() : null);
        table.add(key(group, bucket), topic, bucket, group, added.totals());
    }

    static String key(Group group, Bucket bucket) {
        Label label = group.label();
        Dimensions dimensions = group.dimensions();
        return label == null ? dimensions.key(bucket) : dimensions.key(bucket, label);
    }

    private void write(Group group, Bucket bucket, Gathered added) {
        BucketLength length = group.label() == null ? bucket.length() : null;
        String key = key(group, bucket);
        if (shadow != null && shadow.wants(key)) {
            shadow.add(group, bucket, added);
        }
        byte[] sum = live.add(key, topic(length), bucket, group, added.totals());
        pass(key, sum, length, added.timestamp());
    }

    /// @param length of the bucket; null for a sum by label
    private void pass(
            String key, byte @Nullable [] sum, @Nullable BucketLength length, long timestamp) {
        context.forward(
                new Record<>(key, sum, timestamp),
                length == null ? AccountingTopology.LABEL_COSTS : AccountingTopology.costs(length));
        if (length == BucketLength.HOUR) {
            openHours.changed(key);
        }
    }

    private String topic(@Nullable BucketLength length) {
        return length == null ? labelsTopic : Objects.requireNonNull(totalsTopics.get(length));
    }

    /// The length of the bucket of a key; null for a key by label.
    private static @Nullable BucketLength length(String key) {
        for (BucketLength length : BucketLength.values()) {
            if (key.startsWith(length.prefix())) {
                return length;
            }
        }
        return null;
    }
}
