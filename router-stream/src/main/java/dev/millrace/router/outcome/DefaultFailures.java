package dev.millrace.router.outcome;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.RequestOutcome;
import org.jspecify.annotations.Nullable;

/// The failures of outcomes that bring none of their own, as the wire contract has them.
final class DefaultFailures {

    private DefaultFailures() {}

    /// @return null for what is no failure
    static @Nullable Failure of(RequestOutcome outcome) {
        return switch (outcome) {
            case COMPLETED, UNKNOWN -> null;
            case EXPIRED -> deadlineExceeded();
            case CANCELLED ->
                    failure(
                            499,
                            "invalid_request_error",
                            "request_cancelled",
                            "The request was cancelled.");
            case FAILED ->
                    failure(
                            500,
                            "server_error",
                            "internal_error",
                            "The gateway could not serve this.");
        };
    }

    static Failure deadlineExceeded() {
        return failure(
                408, "timeout_error", "deadline_exceeded", "The request's deadline has passed.");
    }

    private static Failure failure(int status, String type, String code, String message) {
        return Failure.newBuilder()
                .setStatus(status)
                .setType(type)
                .setCode(code)
                .setMessage(message)
                .setShouldRetry(false)
                .build();
    }
}
