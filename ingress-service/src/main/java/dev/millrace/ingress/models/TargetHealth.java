package dev.millrace.ingress.models;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How one model at one provider fared on a worker in the last minute. Times are milliseconds, and
/// null where no call tells them.
///
/// @param model its name at the provider
/// @param circuit whether calls are made
/// @param calls that ended
/// @param failures among them
/// @param throttled among them
/// @param latencyP50 the median of those that completed
/// @param latencyP95 what one in twenty of them exceeded
/// @param firstContentP50 the median until the first content of a stream
/// @param firstContentP95 what one in twenty of them exceeded
/// @param lastError how the last failure is described; null before the first
/// @param lastErrorAt when it was
public record TargetHealth(
        String model,
        Circuit circuit,
        int calls,
        int failures,
        int throttled,
        @Nullable Long latencyP50,
        @Nullable Long latencyP95,
        @Nullable Long firstContentP50,
        @Nullable Long firstContentP95,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {

    /// Whether it was called in the last minute, or calls go elsewhere.
    public boolean hasNews() {
        return calls > 0 || circuit == Circuit.OPEN || circuit == Circuit.HALF_OPEN;
    }

    /// Whether calls are made: closed as usual, open not where there is another target, half open
    /// again on trial.
    public enum Circuit {
        UNKNOWN,
        CLOSED,
        OPEN,
        HALF_OPEN
    }
}
