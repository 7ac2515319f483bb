package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Adds each charge to the sums of its hour, its day and its month, and passes on the three new
/// sums; and those of each hour once more when it is closed. The store keeps them under the keys
/// and in the form of the cost topics. It lies with the tenant, who is part of every key, so that a
/// charge stays in its partition.
final class AggregateCharges implements Processor<String, Entry, String, byte[]> {

    private final AccountingLinks links;
    private @Nullable Sums sums;

    AggregateCharges(AccountingLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        sums = new Sums(context);
    }

    @Override
    public void process(Record<String, Entry> record) {
        Sums current = Objects.requireNonNull(sums);
        switch (record.value()) {
            case Entry.Booking(Charge charge) -> current.add(charge, record.timestamp());
            case Entry.ReadUntil(Instant time) -> current.close(time, record.timestamp());
            case Entry.Refused _ -> throw new IllegalArgumentException("refused is not charged");
        }
    }

    @Override
    public void close() {
        if (sums != null) {
            sums.close();
        }
    }

    private final class Sums {

        private final ProcessorContext<String, byte[]> context;
        private final KeyValueStore<String, byte[]> store;
        private final OpenHours openHours;
        private final Serializer<Cost> serializer;
        private final Deserializer<Cost> deserializer;

        Sums(ProcessorContext<String, byte[]> context) {
            this.context = context;
            this.store = context.getStateStore(AccountingTopology.SUMS_STORE);
            this.openHours = new OpenHours(store);
            this.serializer = links.serdes().serializer();
            this.deserializer = links.serdes().deserializer(Cost.class);
        }

        void add(Charge charge, long timestamp) {
            Posting posting = ChargeRecords.posting(charge);
            Dimensions dimensions = ChargeRecords.dimensions(charge);
            for (BucketLength length : BucketLength.values()) {
                Bucket bucket = length.at(charge.getEndedAt());
                String key = dimensions.key(bucket);
                String topic = topic(length);
                Totals totals = totals(topic, store.get(key)).plus(posting);
                byte[] sum = serializer.serialize(topic, CostRecords.cost(bucket, charge, totals));
                store.put(key, sum);
                context.forward(
                        new Record<>(key, sum, timestamp), AccountingTopology.costs(length));
                if (length == BucketLength.HOUR) {
                    openHours.changed(key);
                }
            }
        }

        void close(Instant read, long timestamp) {
            for (String key : openHours.close(read)) {
                context.forward(
                        new Record<>(key, store.get(key), timestamp),
                        AccountingTopology.FINAL_COSTS);
            }
        }

        void close() {
            serializer.close();
            deserializer.close();
        }

        private Totals totals(String topic, byte @Nullable [] sum) {
            return sum == null
                    ? Totals.NONE
                    : CostRecords.totals(deserializer.deserialize(topic, sum));
        }

        private String topic(BucketLength length) {
            return AccountingTopology.costsTopic(links.topics(), length).name();
        }
    }
}
