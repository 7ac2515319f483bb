package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Label;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.accounting.ledger.Tally;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.accounting.stream.UnsummedCharges.Part;
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
        private final Tally tally = new Tally();
        private @Nullable Totals totals;
        private long timestamp;

        Totals totals() {
            Totals known = totals;
            if (known == null) {
                known = tally.totals();
                totals = known;
            }
            return known;
        }

        /// The latest of the charges' times.
        long timestamp() {
            return timestamp;
        }
    }

    private final LabelValues labelValues;
    private final Map<Group, Gathered> totals = new LinkedHashMap<>();
    private final Map<Group, Gathered> labels = new LinkedHashMap<>();

    GatheredCharges(LabelValues labelValues) {
        this.labelValues = labelValues;
    }

    /// @param parts to which the charge is to be added
    void add(Charge charge, Set<Part> parts, long timestamp) {
        Instant hour = BucketLength.HOUR.at(charge.getEndedAt()).start();
        Dimensions dimensions = ChargeRecords.dimensions(charge);
        Posting posting = ChargeRecords.posting(charge);
        if (parts.contains(Part.TOTALS)) {
            add(totals, new Group(dimensions, null, hour), posting, timestamp);
        }
        if (parts.contains(Part.LABELS)) {
            for (Label label : ChargeRecords.labels(charge)) {
                Label counted = labelValues.counted(charge.getTenant(), label, hour);
                add(labels, new Group(dimensions, counted, hour), posting, timestamp);
            }
        }
    }

    /// The groups over all attempts.
    Set<Group> totals() {
        return totals.keySet();
    }

    /// Hands all of a part out, and keeps none.
    void drain(Part part, BiConsumer<Group, Gathered> taker) {
        Map<Group, Gathered> groups = part == Part.TOTALS ? totals : labels;
        groups.forEach(taker);
        groups.clear();
    }

    private static void add(
            Map<Group, Gathered> groups, Group group, Posting posting, long timestamp) {
        Gathered sum = groups.computeIfAbsent(group, _ -> new Gathered());
        sum.tally.add(posting);
        sum.totals = null;
        sum.timestamp = Math.max(sum.timestamp, timestamp);
    }
}
