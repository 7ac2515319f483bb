package dev.millrace.worker.retry;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The errors that clients are told, with the codes of the wire contract.
public final class ErrorAnswers {

    private ErrorAnswers() {}

    /// What the client is told after an attempt that ended so, should nothing better follow.
    ///
    /// @throws IllegalArgumentException for a completion, which is no error
    public static ErrorAnswer of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ ->
                    throw new IllegalArgumentException("a completion is no error");
            case Outcome.Rejected rejected -> rejected.error();
            case Outcome.Throttled throttled -> throttled(throttled.retryAfter());
            case Outcome.CredentialRefused _ -> credentialsExhausted();
            case Outcome.Unavailable unavailable -> unavailable(unavailable.retryAfter());
            case Outcome.TimedOut timedOut ->
                    timedOut.limit() == Outcome.TimedOut.Limit.DEADLINE
                            ? deadlineExceeded()
                            : server(
                                    504,
                                    "server_error",
                                    "upstream_timeout",
                                    "The model's provider took too long to answer.",
                                    null);
            case Outcome.Malformed malformed ->
                    server(
                            502,
                            "server_error",
                            "upstream_error",
                            "The model's provider gave no answer that can be used: "
                                    + malformed.reason()
                                    + ".",
                            null);
            case Outcome.Cancelled _ -> cancelled();
        };
    }

    /// The request's deadline has passed.
    public static ErrorAnswer deadlineExceeded() {
        return new ErrorAnswer(
                408,
                "invalid_request_error",
                "deadline_exceeded",
                "The request's deadline has passed.",
                null,
                null,
                false);
    }

    /// The provider has too much to do.
    public static ErrorAnswer throttled(@Nullable Duration retryAfter) {
        return server(
                429,
                "rate_limit_error",
                "rate_limit_exceeded",
                "The model's provider is receiving too many requests.",
                retryAfter);
    }

    /// The request was cancelled.
    public static ErrorAnswer cancelled() {
        return new ErrorAnswer(
                499,
                "invalid_request_error",
                "request_cancelled",
                "The request was cancelled.",
                null,
                null,
                false);
    }

    /// The provider takes none of the credentials.
    public static ErrorAnswer credentialsExhausted() {
        return server(
                502,
                "server_error",
                "upstream_credentials_exhausted",
                "The model's provider refuses the gateway's credentials.",
                null);
    }

    /// Nothing can serve the request now.
    public static ErrorAnswer unavailable(@Nullable Duration retryAfter) {
        return server(
                503,
                "server_error",
                "unavailable",
                "The model's provider is not available.",
                retryAfter);
    }

    /// The gateway itself failed at this request.
    public static ErrorAnswer internal() {
        return server(
                500, "server_error", "internal_error", "The gateway could not serve this.", null);
    }

    private static ErrorAnswer server(
            int status, String type, String code, String text, @Nullable Duration retryAfter) {
        return new ErrorAnswer(status, type, code, text, null, retryAfter, true);
    }
}
