package dev.millrace.ingress.intake;

import org.jspecify.annotations.Nullable;

/// The headers of a request that set its terms, as the client wrote them; null where it did not
/// send one.
///
/// @param deadlineMs `x-millrace-deadline-ms`
/// @param lane `x-millrace-lane`
/// @param labels `x-millrace-labels`
/// @param prefer `Prefer`
/// @param idempotencyKey `Idempotency-Key`
/// @param traceparent `traceparent`
/// @param resets `x-millrace-resets`
public record RequestHeaders(
        @Nullable String deadlineMs,
        @Nullable String lane,
        @Nullable String labels,
        @Nullable String prefer,
        @Nullable String idempotencyKey,
        @Nullable String traceparent,
        @Nullable String resets) {}
