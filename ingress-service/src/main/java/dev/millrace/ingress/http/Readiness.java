package dev.millrace.ingress.http;

import dev.millrace.ingress.models.LiveServices;
import dev.millrace.ingress.models.ServiceInstance.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Whether this instance can do its work: the log is reachable, the reply position is fixed, the
/// configuration has been read, and a router and a pool that can serve live behind the log.
/// Thread-safe.
public final class Readiness {

    private final Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();
    private volatile boolean stopping;

    public Readiness(
            BooleanSupplier logReachable,
            BooleanSupplier repliesResolved,
            CurrentSettings settings,
            LiveServices services) {
        conditions.put("running", () -> !stopping);
        conditions.put("log", logReachable);
        conditions.put("replies", repliesResolved);
        conditions.put("configuration", () -> settings.now().isPresent());
        conditions.put("router", () -> services.has(Role.ROUTER));
        conditions.put("pool", services::hasReadyPool);
    }

    /// The conditions that do not hold now; empty when ready.
    public List<String> missing() {
        return conditions.entrySet().stream()
                .filter(condition -> !condition.getValue().getAsBoolean())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// From now on this instance is not ready.
    public void stop() {
        stopping = true;
    }

    Answer answer() {
        List<String> missing = missing();
        return Answer.json(
                missing.isEmpty() ? 200 : 503,
                json -> {
                    json.writeStringProperty("status", missing.isEmpty() ? "ready" : "not_ready");
                    json.writeArrayPropertyStart("missing");
                    missing.forEach(json::writeString);
                    json.writeEndArray();
                });
    }
}
