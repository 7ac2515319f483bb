package dev.millrace.worker.local.servers;

import java.util.Set;

/// The models that a server has in its memory, as far as its last answer tells. A server that does
/// not tell may have to load any.
///
/// @param known whether the server told
/// @param models their names
record Loaded(boolean known, Set<String> models) {
    static final Loaded UNKNOWN = new Loaded(false, Set.of());

    Loaded {
        models = Set.copyOf(models);
    }

    static Loaded these(Set<String> models) {
        return new Loaded(true, models);
    }

    /// Whether this model is certainly loaded.
    boolean has(String model) {
        return known && models.contains(model);
    }
}
