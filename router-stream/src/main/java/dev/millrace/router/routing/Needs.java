package dev.millrace.router.routing;

import dev.millrace.configuration.Capability;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request needs of its target.
///
/// @param model as the client named it; null where it named none
/// @param stream whether chunks are asked for
/// @param promptTokens estimated
/// @param maxOutputTokens the client's own limit; null for none
/// @param capabilities what the target has to offer
public record Needs(
        @Nullable String model,
        boolean stream,
        long promptTokens,
        @Nullable Long maxOutputTokens,
        Set<Capability> capabilities) {

    public Needs {
        capabilities = Set.copyOf(capabilities);
    }

    /// The context that a target has to have, in tokens.
    public long contextLength() {
        return promptTokens + (maxOutputTokens == null ? 0 : maxOutputTokens);
    }
}
