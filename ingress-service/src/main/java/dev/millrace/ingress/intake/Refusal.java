package dev.millrace.ingress.intake;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why a request is not answered with what it asked for, as the client is told.
///
/// @param status of the HTTP answer, 400 to 599
/// @param type the error's type, as OpenAI's API names it
/// @param code a word that programs can rely on; null where the type says it all
/// @param message for a person; quotes nothing of the body and names no internal host
/// @param param the field or header at fault; null where there is none
/// @param retryAfter when it may be worth trying again; null where the answer does not say
/// @param shouldRetry false tells the SDKs not to retry by themselves
public record Refusal(
        int status,
        String type,
        @Nullable String code,
        String message,
        @Nullable String param,
        @Nullable Duration retryAfter,
        boolean shouldRetry) {

    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";
    private static final Duration SOON = Duration.ofSeconds(1);

    public Refusal {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not the status of an error: " + status);
        }
    }

    /// 400: the request cannot be right whatever the state of the system.
    public static Refusal invalid(@Nullable String param, String code, String message) {
        return client(400, code, message, param);
    }

    /// 400: what is asked for exists in the API, and is not served.
    public static Refusal unsupported(String param, String message) {
        return client(400, "unsupported", message, param);
    }

    /// 401: no key, or one that no tenant has.
    public static Refusal invalidKey() {
        return client(
                401,
                "invalid_api_key",
                "The API key is missing or not known: send it as 'Authorization: Bearer <key>'.",
                null);
    }

    /// 403: the tenant may not ask for this model.
    public static Refusal modelNotAllowed(String model) {
        return client(
                403,
                "model_not_allowed",
                "The model '" + model + "' is not allowed for this API key.",
                "model");
    }

    /// 404: nothing that can be used now has this name.
    public static Refusal modelNotFound(String model) {
        return client(
                404,
                "model_not_found",
                "The model '" + model + "' does not exist or cannot be used now.",
                "model");
    }

    /// 404: no such path.
    public static Refusal noSuchPath() {
        return client(404, "not_found", "There is nothing at this path.", null);
    }

    /// 405: the path exists, for other methods.
    public static Refusal methodNotAllowed(String method, String allowed) {
        return client(
                405,
                "method_not_allowed",
                "This path does not take " + method + "; it takes " + allowed + ".",
                null);
    }

    /// 408: the body did not arrive in time.
    public static Refusal bodyTimeout(Duration limit) {
        return new Refusal(
                408,
                INVALID,
                "request_timeout",
                "The request did not arrive completely within " + limit.toSeconds() + " s.",
                null,
                null,
                false);
    }

    /// 408: the request's own deadline passed before the answer.
    public static Refusal deadlineExceeded() {
        return new Refusal(
                408,
                "timeout_error",
                "deadline_exceeded",
                "The request's deadline passed before it was answered.",
                null,
                null,
                false);
    }

    /// 409: an idempotency key was used before, with another body.
    public static Refusal idempotencyConflict() {
        return new Refusal(
                409,
                INVALID,
                "idempotency_conflict",
                "The Idempotency-Key was used before, for a request with another body.",
                "Idempotency-Key",
                null,
                false);
    }

    /// 409: the request was cancelled by somebody else.
    public static Refusal cancelled() {
        return new Refusal(
                409, INVALID, "request_cancelled", "The request was cancelled.", null, null, false);
    }

    /// 404: no request of this id whose outcome is kept.
    public static Refusal noSuchRequest(String id) {
        return client(
                404,
                "request_not_found",
                "There is no request '" + id + "' whose outcome is kept, or it is kept no longer.",
                null);
    }

    /// 413: the body is longer than the limit.
    ///
    /// @param limit in bytes
    public static Refusal tooLarge(long limit) {
        return client(
                413,
                "request_too_large",
                "The request body is larger than the limit of " + limit + " bytes.",
                null);
    }

    /// 415: the body is not JSON, by its own word.
    public static Refusal unsupportedMedia(String message) {
        return client(415, "unsupported_media_type", message, null);
    }

    /// 502: what came back from the provider's side makes no answer.
    public static Refusal upstreamError(String message) {
        return new Refusal(502, SERVER, "upstream_error", message, null, null, true);
    }

    /// 502: another attempt took the place of the one whose content the client already has.
    public static Refusal reset() {
        return new Refusal(
                502,
                SERVER,
                "stream_reset",
                "The stream cannot go on: its worker was replaced after the first content.",
                null,
                null,
                true);
    }

    /// 503: not now; trying again soon may help.
    public static Refusal unavailable(String message) {
        return new Refusal(503, SERVER, "unavailable", message, null, SOON, true);
    }

    /// An error of the HTTP exchange itself.
    public static Refusal of(int status, String code, String message) {
        return new Refusal(
                status, status < 500 ? INVALID : SERVER, code, message, null, null, true);
    }

    /// 500: a fault of ours. Says nothing of its cause.
    public static Refusal internal() {
        return of(500, "internal_error", "The request failed inside.");
    }

    /// The same, for a request that ends in no other way however often it is sent.
    public Refusal forGood() {
        return new Refusal(status, type, code, message, param, null, false);
    }

    private static Refusal client(int status, String code, String message, @Nullable String param) {
        return new Refusal(status, INVALID, code, message, param, null, true);
    }
}
