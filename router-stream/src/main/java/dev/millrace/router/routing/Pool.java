package dev.millrace.router.routing;

import dev.millrace.configuration.Capability;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the workers of one provider say of it.
///
/// @param provider the provider's name
/// @param ready whether at least one live worker can reach it
/// @param models what it lists, or listed when it was last reached
/// @param failing the models that fail so often that every worker which calls them has opened their
///   circuit
public record Pool(String provider, boolean ready, List<Served> models, Set<String> failing) {

    /// Stands for any model name.
    public static final String ANY_MODEL = "*";

    /// A model that a provider lists.
    ///
    /// @param contextWindow in tokens; null where the provider does not say
    /// @param capabilities empty where the provider does not say
    public record Served(String name, @Nullable Long contextWindow, Set<Capability> capabilities) {

        public Served {
            capabilities = Set.copyOf(capabilities);
        }
    }

    public Pool {
        models = List.copyOf(models);
        failing = Set.copyOf(failing);
    }

    /// A pool of which nothing fails.
    public Pool(String provider, boolean ready, List<Served> models) {
        this(provider, ready, models, Set.of());
    }

    /// Whether a call of this model would probably be answered.
    boolean answers(String model) {
        return ready && !failing.contains(model);
    }

    /// Whether the provider lists a model of this name.
    boolean serves(String model) {
        return models.stream()
                .anyMatch(served -> served.name().equals(model) || served.name().equals(ANY_MODEL));
    }
}
