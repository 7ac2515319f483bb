package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Label;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What some charges add to the sums, by hour. Not thread-safe.
final class GatheredCharges {

    /// A group of charges in one hour.
    ///
    /// @param label null for all attempts, whatever their labels
    record Group(Dimensions dimensions, @Nullable Label label, Instant hour) {}

    /// What was gathered of a group.
    static final class Gathered {
        private Totals totals = Totals.NONE;
        private long timestamp;

        Totals totals() {
            return totals;
        }

        /// The latest of the charges' times.
        long timestamp() {
            return timestamp;
        }
    }

    private final LabelValues labels;
    private final Map<Group, Gathered> groups = new LinkedHashMap<>();

    GatheredCharges(LabelValues labels) {
        this.labels = labels;
    }

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

    Set<Group> groups() {
        return groups.keySet();
    }

    /// Hands all of it out, and keeps none.
    void drain(BiConsumer<Group, Gathered> taker) {
        groups.forEach(taker);
        groups.clear();
    }

    private void add(Group group, Posting posting, long timestamp) {
        Gathered sum = groups.computeIfAbsent(group, _ -> new Gathered());
        sum.totals = sum.totals.plus(posting);
        sum.timestamp = Math.max(sum.timestamp, timestamp);
    }
}
