package dev.millrace.router.routing;

import dev.millrace.configuration.Capability;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request needs of its target.
///
/// @param model as the client named it; null where it named none
/// @param stream whether chunks are asked for
/// @param promptTokens estimated
/// @param maxOutputTokens the client's own limit for each choice; null for none
/// @param choices how many answers are asked for, at least 1
/// @param capabilities what the target has to offer
public record Needs(
        @Nullable String model,
        boolean stream,
        long promptTokens,
        @Nullable Long maxOutputTokens,
        int choices,
        Set<Capability> capabilities) {

    public Needs {
        capabilities = Set.copyOf(capabilities);
    }

    /// The most completion tokens that all choices together can have; null where the client does
    /// not say.
    public @Nullable Long mostCompletionTokens() {
        Long each = maxOutputTokens;
        return each == null
                ? null
                : Long.valueOf(Math.min(each, Long.MAX_VALUE / choices) * choices);
    }

    /// The context that a target has to have, in tokens.
    public long contextLength() {
        return promptTokens + (maxOutputTokens == null ? 0 : maxOutputTokens);
    }
}
