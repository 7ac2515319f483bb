package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Label;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which values of a label are told apart: the first so many that a tenant's charges of a month
/// have. The others are one. What a value counts as never changes within its month, also where the
/// bound does, so that a charge is taken back from the sums that it was added to: the store keeps
/// the values told apart, and that there were too many. Not thread-safe.
final class LabelValues {

    private static final Logger LOG = LoggerFactory.getLogger(LabelValues.class);

    /// How many labels of tenants and months are kept in memory beside the store.
    private static final int KNOWN = 256;

    /// Before the keys of the sums, of which none begins like this.
    private static final String VALUE = "value|";

    private static final byte[] MARK = {};

    /// The values of one label.
    private static final class Known {
        private final Set<String> values = new HashSet<>();
        private boolean full;
    }

    private final KeyValueStore<String, byte[]> store;
    private final int most;
    private final Runnable overflow;
    private final Map<String, Known> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > KNOWN;
                }
            };

    private Instant latestHour = Instant.MIN;
    private String latestMonth = "";

    /// @param store of the sums
    /// @param most values of a tenant's label and month that are told apart
    /// @param overflow told once of each label that has more
    LabelValues(KeyValueStore<String, byte[]> store, int most, Runnable overflow) {
        this.store = store;
        this.most = most;
        this.overflow = overflow;
    }

    /// What a label counts as.
    ///
    /// @param hour in which the attempt ended that has it
    Label counted(String tenant, Label label, Instant hour) {
        String month = month(hour);
        String place =
                VALUE + Dimensions.part(tenant) + "|" + month + "|" + Dimensions.part(label.name());
        Known one = known.computeIfAbsent(place, this::read);
        String value = Dimensions.part(label.value());
        if (one.values.contains(value)) {
            return label;
        }
        if (!one.full && one.values.size() < most) {
            one.values.add(value);
            store.put(place + "|" + value, MARK);
            return label;
        }
        if (!one.full) {
            one.full = true;
            store.put(place, MARK);
            overflow.run();
            LOG.warn(
                    "event=label_values_capped tenant={} label={} month={} values={}",
                    tenant,
                    label.name(),
                    month,
                    one.values.size());
        }
        return label.other();
    }

    private String month(Instant hour) {
        if (!hour.equals(latestHour)) {
            latestHour = hour;
            latestMonth = BucketLength.MONTH.at(hour).label();
        }
        return latestMonth;
    }

    private Known read(String place) {
        Known read = new Known();
        read.full = store.get(place) != null;
        String prefix = place + "|";
        try (KeyValueIterator<String, byte[]> marks = store.range(prefix, place + "}")) {
            while (marks.hasNext()) {
                KeyValue<String, byte[]> mark = marks.next();
                read.values.add(mark.key.substring(prefix.length()));
            }
        }
        return read;
    }
}
