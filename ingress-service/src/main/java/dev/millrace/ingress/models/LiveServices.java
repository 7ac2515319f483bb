package dev.millrace.ingress.models;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The service instances that live: those whose heartbeat was heard within the last
/// [#SILENCE_OF_THE_DEAD]. Thread-safe.
public final class LiveServices {

    /// After this time without a heartbeat an instance counts as dead. Heartbeats come every 3 s.
    public static final Duration SILENCE_OF_THE_DEAD = Duration.ofSeconds(10);

    private record Heard(ServiceInstance instance, Instant at) {}

    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public LiveServices(InstantSource clock) {
        this.clock = clock;
    }

    /// Takes a heartbeat.
    ///
    /// @param at when it was heard, by this instance's clock
    public void hear(ServiceInstance instance, Instant at) {
        heard.put(instance.name(), new Heard(instance, at));
    }

    /// Takes the word of an instance that it has stopped.
    public void gone(String instance) {
        heard.remove(instance);
    }

    /// The instances that live now, by name.
    public List<ServiceInstance> now() {
        Instant dead = clock.instant().minus(SILENCE_OF_THE_DEAD);
        return heard.values().stream()
                .filter(one -> one.at().isAfter(dead))
                .map(Heard::instance)
                .sorted(Comparator.comparing(ServiceInstance::name))
                .toList();
    }

    /// Whether an instance of the role lives now.
    public boolean has(ServiceInstance.Role role) {
        return now().stream().anyMatch(one -> one.role() == role);
    }

    /// Whether some worker that lives has a pool that can serve.
    public boolean hasReadyPool() {
        return now().stream().flatMap(one -> one.pools().stream()).anyMatch(Pool::ready);
    }
}
