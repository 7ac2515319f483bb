package dev.millrace.ingress.kafka;

import dev.millrace.ingress.costs.CostRow;
import dev.millrace.ingress.costs.LabelledCosts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest rows by label with buckets of one length: where there are too many, those of the
/// oldest buckets are dropped. Thread-safe.
final class LabelRows {

    private static final Logger LOG = LoggerFactory.getLogger(LabelRows.class);

    private record Place(Instant bucket, String key) {}

    private static final Comparator<Place> OLDEST =
            Comparator.comparing(Place::bucket).thenComparing(Place::key);

    private final int most;
    private final NavigableMap<Place, CostRow> rows = new TreeMap<>(OLDEST);
    private @Nullable Instant droppedUntil;

    /// @param most rows to keep
    LabelRows(int most) {
        this.most = most;
    }

    synchronized void put(String key, CostRow row) {
        Instant bucket = row.bucket();
        if (droppedUntil != null && !bucket.isAfter(droppedUntil)) {
            return;
        }
        rows.put(new Place(bucket, key), row);
        while (rows.size() > most) {
            Instant oldest = rows.firstKey().bucket();
            while (!rows.isEmpty() && rows.firstKey().bucket().equals(oldest)) {
                rows.pollFirstEntry();
            }
            droppedUntil = oldest;
            LOG.warn("event=label_costs_dropped until={} most={}", oldest, most);
        }
    }

    synchronized void remove(String key) {
        rows.keySet().removeIf(place -> place.key().equals(key));
    }

    synchronized LabelledCosts kept() {
        return new LabelledCosts(new ArrayList<>(rows.values()), droppedUntil);
    }
}
