package dev.millrace.worker.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which models are being called, or were since somebody last asked. Thread-safe.
final class RecentCalls {
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    synchronized void begin(String model) {
        underWay.merge(model, 1, Integer::sum);
    }

    synchronized void end(String model) {
        underWay.computeIfPresent(model, (_, calls) -> calls == 1 ? null : calls - 1);
        ended.add(model);
    }

    /// The models of the calls that are under way or have ended since this was last asked.
    synchronized Set<String> sinceLastLook() {
        Set<String> models = new HashSet<>(underWay.keySet());
        models.addAll(ended);
        ended.clear();
        return models;
    }
}
