package dev.millrace.router.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why a request is not dispatched, as the caller is told. The cases and their statuses are those
/// of the wire contract's error table.
public sealed interface Refusal {

    /// For a person. Quotes nothing of the prompt.
    String message();

    /// The body is not what the API describes.
    ///
    /// @param param the field at fault; null where it is the body itself
    record Malformed(String message, @Nullable String param) implements Refusal {}

    /// The body is longer than the limit.
    record TooLarge(String message) implements Refusal {}

    /// Nobody has a model of that name.
    record ModelNotFound(String message) implements Refusal {}

    /// The tenant may not use it.
    record ModelNotAllowed(String message) implements Refusal {}

    /// No target offers what the request needs.
    record CapabilityMissing(String message) implements Refusal {}

    /// No target has a context that long.
    record ContextTooLong(String message) implements Refusal {}

    /// The deadline has passed.
    record DeadlinePassed(String message) implements Refusal {}

    /// It was cancelled.
    record Cancelled(String message) implements Refusal {}

    /// Its idempotency key was used with another body.
    record Conflict(String message) implements Refusal {}

    /// Nothing can serve it now, but that may change.
    record NoRoute(String message, Duration retryAfter) implements Refusal {}
}
