package dev.millrace.configuration;

import java.util.List;
import java.util.Set;

/// Who pays: a tenant, its keys and the models it may use.
///
/// @param id becomes the key of its records
/// @param keys at least one
/// @param models the names it may ask for; empty allows all
public record Tenant(String id, List<ApiKey> keys, Set<String> models) {

    /// The tenant of every request while none is configured.
    public static final String DEFAULT = "default";

    public Tenant {
        keys = List.copyOf(keys);
        models = Set.copyOf(models);
    }

    /// Whether the tenant may ask for a model of this name.
    public boolean mayUse(String model) {
        return models.isEmpty() || models.contains(model);
    }
}
