package dev.millrace.ingress.metrics;

import dev.millrace.ingress.models.TargetHealth;
import dev.millrace.ingress.models.TargetHealth.Circuit;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the targets that have series. Clients name models, and each one that is called on each
/// worker would have its own. Where there are too many, those whose circuit is not closed come
/// first, then those with the most calls: a name that somebody makes up hides no trouble and no
/// busy model. Thread-safe.
final class ShownTargets {

    /// Of all workers together. A target has at most eight series: some 1,600 are no load for
    /// Prometheus.
    static final int MOST = 200;

    private static final Logger LOG = LoggerFactory.getLogger(ShownTargets.class);

    /// The last one keeps those with as many calls from changing places at each scrape.
    private static final Comparator<Called> ORDER =
            Comparator.<Called>comparingInt(called -> trouble(called.target().circuit()))
                    .thenComparingInt(called -> called.target().calls())
                    .reversed()
                    .thenComparing(called -> called.tags().toString());

    /// A target that was called in the last minute, or is not called for its failures.
    record Called(TargetHealth target, Tags tags) {}

    private final AtomicBoolean told = new AtomicBoolean();

    /// Those that are shown. That others are not is logged the first time.
    List<Called> of(List<Called> called) {
        if (called.size() <= MOST) {
            return called;
        }
        if (told.compareAndSet(false, true)) {
            LOG.warn("event=target_metrics_cut targets={} shown={}", called.size(), MOST);
        }
        return called.stream().sorted(ORDER).limit(MOST).toList();
    }

    private static int trouble(Circuit circuit) {
        return switch (circuit) {
            case OPEN -> 2;
            case HALF_OPEN -> 1;
            case CLOSED, UNKNOWN -> 0;
        };
    }
}
