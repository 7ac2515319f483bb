package dev.millrace.worker.kafka;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Whether others were served since a dispatch was throttled: calls to the same model, as providers
/// have limits for each. For one thread.
final class Overtaking {
    private static final int MOST_MODELS = 256;

    private final Map<String, Instant> served =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > MOST_MODELS;
                }
            };

    /// A call to a model completed.
    void served(String model, Instant startedAt) {
        served.merge(model, startedAt, (one, other) -> one.isAfter(other) ? one : other);
    }

    /// Whether a call that began after a dispatch was throttled last has completed.
    boolean of(TakenDispatch taken) {
        Instant throttled = taken.throttling().last();
        Instant latest = served.get(taken.dispatch().getUpstreamModel());
        return throttled != null && latest != null && latest.isAfter(throttled);
    }
}
