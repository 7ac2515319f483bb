package dev.millrace.router.stream;

import dev.millrace.router.routing.Refusal;
import dev.millrace.schemas.Failure;
import org.jspecify.annotations.Nullable;

/// Refusals as the wire contract's error table has them.
final class Failures {

    private static final String INVALID_REQUEST = "invalid_request_error";

    private Failures() {}

    static Failure of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Malformed it ->
                    failure(400, INVALID_REQUEST, null, it).setParam(it.param()).build();
            case Refusal.TooLarge it ->
                    failure(413, INVALID_REQUEST, "request_too_large", it).build();
            case Refusal.ModelNotFound it ->
                    failure(404, INVALID_REQUEST, "model_not_found", it).setParam("model").build();
            case Refusal.ModelNotAllowed it ->
                    failure(403, INVALID_REQUEST, "model_not_allowed", it)
                            .setParam("model")
                            .build();
            case Refusal.CapabilityMissing it ->
                    failure(400, INVALID_REQUEST, "unsupported_capability", it)
                            .setParam("model")
                            .build();
            case Refusal.ContextTooLong it ->
                    failure(400, INVALID_REQUEST, "context_length_exceeded", it)
                            .setParam("messages")
                            .build();
            case Refusal.DeadlinePassed it ->
                    failure(408, "timeout_error", "deadline_exceeded", it).build();
            case Refusal.Cancelled it ->
                    failure(499, INVALID_REQUEST, "request_cancelled", it).build();
            case Refusal.Conflict it ->
                    failure(409, INVALID_REQUEST, "idempotency_conflict", it).build();
            case Refusal.NoRoute it ->
                    failure(503, "server_error", "no_route", it)
                            .setRetryAfterMs(it.retryAfter().toMillis())
                            .setShouldRetry(true)
                            .build();
        };
    }

    private static Failure.Builder failure(
            int status, String type, @Nullable String code, Refusal refusal) {
        return Failure.newBuilder()
                .setStatus(status)
                .setType(type)
                .setCode(code)
                .setMessage(refusal.message())
                .setShouldRetry(false);
    }
}
