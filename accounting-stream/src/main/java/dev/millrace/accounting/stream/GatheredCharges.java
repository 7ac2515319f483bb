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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
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

        private void add(Posting posting, long time) {
            tally.add(posting);
            totals = null;
            timestamp = Math.max(timestamp, time);
        }
    }

    /// Where the charges of an hour with the same dimensions are.
    private record Place(Dimensions dimensions, Instant hour) {}

    /// What was gathered in a place: found once for each charge, whatever labels it has.
    private static final class Slice {
        private @Nullable Gathered total;

        /// By the labels that the charges have, of which several may count as the same.
        private final Map<Label, Gathered> labelled = new HashMap<>(4);

        private final Map<Label, Gathered> labels = new LinkedHashMap<>(4);

        private Gathered total() {
            Gathered known = total;
            if (known == null) {
                known = new Gathered();
                total = known;
            }
            return known;
        }

        private boolean isEmpty() {
            return total == null && labels.isEmpty();
        }
    }

    private final LabelValues labelValues;
    private final Map<Place, Slice> slices = new LinkedHashMap<>();

    GatheredCharges(LabelValues labelValues) {
        this.labelValues = labelValues;
    }

    /// @param parts to which the charge is to be added
    void add(Charge charge, Set<Part> parts, long timestamp) {
        Instant hour = BucketLength.HOUR.at(charge.getEndedAt()).start();
        Posting posting = ChargeRecords.posting(charge);
        Slice slice =
                slices.computeIfAbsent(
                        new Place(ChargeRecords.dimensions(charge), hour), _ -> new Slice());
        if (parts.contains(Part.TOTALS)) {
            slice.total().add(posting, timestamp);
        }
        if (parts.contains(Part.LABELS)) {
            charge.getLabels()
                    .forEach((name, value) -> {
                        Label label = new Label(name, value);
                        Gathered known = slice.labelled.get(label);
                        if (known == null) {
                            Label counted = labelValues.counted(charge.getTenant(), label, hour);
                            known = slice.labels.computeIfAbsent(counted, _ -> new Gathered());
                            slice.labelled.put(label, known);
                        }
                        known.add(posting, timestamp);
                    });
        }
    }

    /// The hours of what was gathered over all attempts.
    Stream<Instant> totalHours() {
        return slices.entrySet().stream()
                .filter(slice -> slice.getValue().total != null)
                .map(slice -> slice.getKey().hour());
    }

    /// Hands all of a part out, and keeps none.
    void drain(Part part, BiConsumer<Group, Gathered> taker) {
        slices.forEach((place, slice) -> {
            switch (part) {
                case TOTALS -> {
                    if (slice.total != null) {
                        taker.accept(
                                new Group(place.dimensions(), null, place.hour()), slice.total);
                        slice.total = null;
                    }
                }
                case LABELS -> {
                    slice.labels.forEach((label, gathered) ->
                            taker.accept(
                                    new Group(place.dimensions(), label, place.hour()), gathered));
                    slice.labels.clear();
                    slice.labelled.clear();
                }
            }
        });
        slices.values().removeIf(Slice::isEmpty);
    }
}
