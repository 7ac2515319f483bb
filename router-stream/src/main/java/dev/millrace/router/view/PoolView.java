package dev.millrace.router.view;

import dev.millrace.configuration.Capability;
import dev.millrace.router.routing.Pool;
import dev.millrace.schemas.CircuitState;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.schemas.TargetStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The newest heartbeat of each worker instance. Thread-safe.
final class PoolView {

    /// A worker that has been silent for this long is taken for dead: three heartbeats and a
    /// little.
    static final Duration SILENCE = Duration.ofSeconds(10);

    private record Heard(ServiceStatus status, long atNanos) {}

    private final Map<String, Heard> workers = new HashMap<>();

    /// Takes a heartbeat, or the tombstone of a worker that stopped.
    ///
    /// @param nanoTime this machine's [System#nanoTime()]
    synchronized void hear(String instance, @Nullable ServiceStatus status, long nanoTime) {
        if (status == null) {
            workers.remove(instance);
        } else if (status.getRole() == ServiceRole.WORKER) {
            workers.put(instance, new Heard(status, nanoTime));
        }
    }

    /// One pool for each provider that a live worker serves. What a dead worker said is forgotten,
    /// its models too.
    synchronized Collection<Pool> pools(long nanoTime) {
        workers.values().removeIf(heard -> nanoTime - heard.atNanos() > SILENCE.toNanos());
        Map<String, List<PoolStatus>> byProvider = new LinkedHashMap<>();
        for (Heard heard : workers.values()) {
            for (PoolStatus pool : heard.status().getPools()) {
                byProvider.computeIfAbsent(pool.getProvider(), name -> new ArrayList<>()).add(pool);
            }
        }
        return byProvider.entrySet().stream()
                .map(entry -> merged(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Pool merged(String provider, List<PoolStatus> statuses) {
        boolean ready = statuses.stream().anyMatch(pool -> pool.getState() == PoolState.READY);
        Map<String, Pool.Served> models = new LinkedHashMap<>();
        for (PoolStatus status : statuses) {
            if (status.getState() == PoolState.READY || !ready) {
                status.getModels()
                        .forEach(model ->
                                models.putIfAbsent(
                                        model.getName(),
                                        new Pool.Served(
                                                model.getName(),
                                                model.getContextWindow(),
                                                capabilities(model.getCapabilities()))));
            }
        }
        return new Pool(provider, ready, List.copyOf(models.values()), failing(statuses));
    }

    /// Those of which no worker has a circuit that is not open. A half-open one is no failure: its
    /// worker waits for a call to put on trial, and says open again while there is one.
    private static Set<String> failing(List<PoolStatus> statuses) {
        Set<String> failing = new HashSet<>();
        Set<String> answering = new HashSet<>();
        for (PoolStatus status : statuses) {
            for (TargetStatus target : status.getTargets()) {
                boolean open = target.getCircuit() == CircuitState.OPEN;
                (open ? failing : answering).add(target.getModel());
            }
        }
        failing.removeAll(answering);
        return failing;
    }

    private static Set<Capability> capabilities(List<String> spellings) {
        return spellings.stream()
                .map(Capability::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
