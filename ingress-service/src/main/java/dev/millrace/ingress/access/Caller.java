package dev.millrace.ingress.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who sends a request.
///
/// @param tenant who pays
/// @param keyId the id of the key that was used; null while no tenant is configured
/// @param models the names that the tenant may ask for; empty allows all
public record Caller(String tenant, @Nullable String keyId, Set<String> models) {

    public Caller {
        models = Set.copyOf(models);
    }

    /// Whether the caller may ask for a model of this name.
    public boolean mayUse(String model) {
        return models.isEmpty() || models.contains(model);
    }
}
