package dev.millrace.configuration;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model that clients ask for by name.
///
/// @param name what clients write
/// @param capabilities what it offers; empty where the document does not say, and then nothing is
///   ruled out. Streaming need not be named: every target streams
/// @param contextWindow in tokens; null where the document does not say
/// @param targets at least one
/// @param fallbacks names of other models, in the order in which they are tried
public record Model(
        String name,
        Set<Capability> capabilities,
        @Nullable Long contextWindow,
        List<Target> targets,
        List<String> fallbacks) {

    public Model {
        capabilities = Set.copyOf(capabilities);
        targets = List.copyOf(targets);
        fallbacks = List.copyOf(fallbacks);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("model " + name + " has no target");
        }
    }
}
