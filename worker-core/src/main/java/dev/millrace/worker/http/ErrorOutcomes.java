package dev.millrace.worker.http;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sorts error answers into outcomes: by status, and by what the error itself adds to it. A call
/// that ends so has used nothing.
final class ErrorOutcomes {
    private static final UpstreamError UNEXPLAINED =
            new UpstreamError("The model's provider rejected the request.");

    /// As Groq answers what other providers answer 429.
    private static final int TOO_LARGE = 413;

    private final Dialect dialect;
    private final Redaction redaction;

    ErrorOutcomes(Dialect dialect, Redaction redaction) {
        this.dialect = dialect;
        this.redaction = redaction;
    }

    /// The outcome of an answer whose status is not a success.
    ///
    /// @param body as far as it came; may be empty
    Outcome of(int status, byte[] body, @Nullable Duration retryAfter, UpstreamTrace trace) {
        Optional<UpstreamError> error = dialect.error(body);
        Duration after =
                retryAfter != null ? retryAfter : error.map(UpstreamError::retryAfter).orElse(null);
        if (dialect.refusesContent(status)) {
            return new Outcome.Rejected(contentRefused(error), trace);
        }
        return switch (status) {
            case 400, 413, 422 ->
                    error.filter(UpstreamError::isAboutCredential).isPresent()
                            ? new Outcome.CredentialRefused(trace)
                            : new Outcome.Rejected(rejection(status, error), trace);
            case 404 ->
                    error.isPresent()
                            ? new Outcome.Rejected(rejection(status, error), trace)
                            : unavailable("status 404 without an error", null, trace);
            case 401, 402, 403 -> new Outcome.CredentialRefused(trace);
            case 408, 504 -> new Outcome.TimedOut(Limit.UPSTREAM, Progress.NONE, trace);
            case 429, 529 -> overQuota(error, after, trace);
            default ->
                    status < 400
                            ? new Outcome.Malformed("status " + status, Progress.NONE, trace)
                            : unavailable("status " + status, after, trace);
        };
    }

    private Outcome overQuota(
            Optional<UpstreamError> error, @Nullable Duration after, UpstreamTrace trace) {
        if (error.filter(UpstreamError::isAboutCredit).isPresent()) {
            return new Outcome.CredentialRefused(trace);
        }
        return error.filter(UpstreamError::isAboutSize).isPresent()
                ? new Outcome.Rejected(rejection(TOO_LARGE, error), trace)
                : new Outcome.Throttled(after, Progress.NONE, trace);
    }

    /// The outcome of an error that came under the status of a success, in a body or in a stream.
    Outcome inSuccess(UpstreamError error, Progress progress, UpstreamTrace trace) {
        return error.isAboutLoad()
                ? new Outcome.Throttled(error.retryAfter(), progress, trace)
                : new Outcome.Malformed("an error under a success status", progress, trace);
    }

    private ErrorAnswer contentRefused(Optional<UpstreamError> known) {
        return new ErrorAnswer(
                400,
                "invalid_request_error",
                "content_filter",
                redaction.of(known.orElse(UNEXPLAINED).message()),
                null,
                null,
                false);
    }

    private static Outcome unavailable(
            String reason, @Nullable Duration retryAfter, UpstreamTrace trace) {
        return new Outcome.Unavailable(reason, retryAfter, Progress.NONE, trace);
    }

    private ErrorAnswer rejection(int status, Optional<UpstreamError> known) {
        UpstreamError error = known.orElse(UNEXPLAINED);
        String code = error.code();
        if (error.isAboutContext()) {
            code = "context_length_exceeded";
        } else if (error.isAboutContent()) {
            code = "content_filter";
        } else if (code == null && status == 404) {
            code = "model_not_found";
        }
        return new ErrorAnswer(
                status,
                error.type() == null ? "invalid_request_error" : error.type(),
                code,
                redaction.of(error.message()),
                error.param(),
                null,
                false);
    }
}
