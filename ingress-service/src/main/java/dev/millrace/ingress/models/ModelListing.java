package dev.millrace.ingress.models;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Model;
import dev.millrace.configuration.Target;
import dev.millrace.ingress.access.Caller;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The models that can be used now: those of the configuration with a target on a pool that can
/// serve, and what such pools list, by name and as `provider/name`. A pool that serves any name is
/// listed under its provider's name. Immutable.
public final class ModelListing {

    private final Map<String, UsableModel> models = new TreeMap<>();
    private final Map<String, UsableModel> wildcards = new TreeMap<>();
    private final Configuration configuration;

    /// @param configuration the models that clients ask for by name
    /// @param services the instances that live now
    public ModelListing(Configuration configuration, List<ServiceInstance> services) {
        this.configuration = configuration;
        Set<String> ready = new HashSet<>();
        services.stream()
                .sorted(Comparator.comparing(ServiceInstance::startedAt))
                .forEach(service ->
                        service.pools().stream()
                                .filter(Pool::ready)
                                .forEach(pool -> {
                                    ready.add(pool.provider());
                                    add(pool, service.startedAt());
                                }));
        Instant since =
                services.stream()
                        .map(ServiceInstance::startedAt)
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH);
        for (Model model : configuration.models()) {
            model.targets().stream()
                    .map(Target::provider)
                    .filter(ready::contains)
                    .findFirst()
                    .ifPresent(provider ->
                            models.put(
                                    model.name(), new UsableModel(model.name(), provider, since)));
        }
    }

    /// What a caller may use, by name.
    public List<UsableModel> of(Caller caller) {
        return models.values().stream().filter(model -> caller.mayUse(model.id())).toList();
    }

    /// The model of this name; empty if nothing can serve it now. A pool that serves any name
    /// serves every name that the configuration gives to no other.
    public Optional<UsableModel> find(String id) {
        UsableModel listed = models.get(id);
        if (listed != null) {
            return Optional.of(listed);
        }
        String provider = id.substring(0, Math.max(id.indexOf('/'), 0));
        UsableModel any = wildcards.get(provider);
        if (any == null
                && configuration.model(id).isEmpty()
                && configuration.provider(provider).isEmpty()) {
            any = wildcards.values().stream().findFirst().orElse(null);
        }
        return Optional.ofNullable(any)
                .map(pool -> new UsableModel(id, pool.ownedBy(), pool.since()));
    }

    private void add(Pool pool, Instant since) {
        String provider = pool.provider();
        for (String name : pool.models()) {
            if (name.equals(Pool.ANY_MODEL)) {
                UsableModel any = new UsableModel(provider, provider, since);
                wildcards.putIfAbsent(provider, any);
                models.putIfAbsent(provider, any);
            } else {
                models.putIfAbsent(name, new UsableModel(name, provider, since));
                String pinned = provider + "/" + name;
                models.putIfAbsent(pinned, new UsableModel(pinned, provider, since));
            }
        }
    }
}
