package dev.millrace.worker.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How one model at one provider fared in the last minute, by up to 256 calls.
///
/// @param model its name at the provider
/// @param circuit whether to go elsewhere for a while
/// @param calls that ended
/// @param failures among them
/// @param throttled among them
/// @param latency of those that completed; null without any
/// @param firstContent of streams; null without any
/// @param lastError how the last failure is described; null before the first
/// @param lastErrorAt when it was
public record TargetReport(
        String model,
        Circuit.State circuit,
        int calls,
        int failures,
        int throttled,
        @Nullable Quantiles latency,
        @Nullable Quantiles firstContent,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {}
