package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Sorts what the SDK throws into outcomes: what Bedrock says by its error's name, and by its
/// status where the name is not known; what never came to Bedrock by its cause.
final class FailureOutcomes {
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    private final Rejections rejections;

    FailureOutcomes(Rejections rejections) {
        this.rejections = rejections;
    }

    /// The outcome of a call that failed.
    ///
    /// @param service how far it came if Bedrock itself says that it failed
    /// @param broken how far it came if the connection broke
    /// @param known what identifies the call where the failure does not say
    Outcome of(Throwable failure, Progress service, Progress broken, UpstreamTrace known) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (cause instanceof AwsServiceException said) {
                return said(said, service, trace(said, known));
            }
            cause = cause.getCause();
        }
        return switch (ClientFailure.of(failure)) {
            case ClientFailure.NO_CREDENTIAL -> new Outcome.CredentialRefused(known);
            case ClientFailure.NOT_REACHED ->
                    new Outcome.Unavailable(
                            "the endpoint cannot be reached", null, Progress.NONE, known);
            case ClientFailure.BROKEN ->
                    new Outcome.Unavailable("the connection broke", null, broken, known);
            case ClientFailure.TOO_SLOW -> new Outcome.TimedOut(Limit.TOTAL, broken, known);
            case ClientFailure.NONSENSE ->
                    new Outcome.Malformed("not an answer of Bedrock's", broken, known);
        };
    }

    private Outcome said(AwsServiceException said, Progress progress, UpstreamTrace trace) {
        String name = errorName(said);
        return switch (name) {
            case "ThrottlingException",
                    "ServiceQuotaExceededException",
                    "TooManyRequestsException",
                    "RequestLimitExceeded" ->
                    new Outcome.Throttled(retryAfter(said), progress, trace);
            case "ModelNotReadyException",
                    "ServiceUnavailableException",
                    "InternalServerException",
                    "ModelErrorException",
                    "ModelStreamErrorException" ->
                    new Outcome.Unavailable(name, retryAfter(said), progress, trace);
            case "ModelTimeoutException" -> new Outcome.TimedOut(Limit.UPSTREAM, progress, trace);
            case "ValidationException", "ResourceNotFoundException" ->
                    new Outcome.Rejected(rejections.of(said, name), trace);
            case "AccessDeniedException",
                    "UnrecognizedClientException",
                    "ExpiredTokenException",
                    "ExpiredToken",
                    "InvalidSignatureException",
                    "IncompleteSignature" ->
                    new Outcome.CredentialRefused(trace);
            default -> byStatus(said, name, progress, trace);
        };
    }

    private Outcome byStatus(
            AwsServiceException said, String name, Progress progress, UpstreamTrace trace) {
        return switch (said.statusCode()) {
            case 400, 404, 413, 422 -> new Outcome.Rejected(rejections.of(said, name), trace);
            case 401, 402, 403 -> new Outcome.CredentialRefused(trace);
            case 408, 504 -> new Outcome.TimedOut(Limit.UPSTREAM, progress, trace);
            case 429, 529 -> new Outcome.Throttled(retryAfter(said), progress, trace);
            default ->
                    new Outcome.Unavailable(
                            "status " + said.statusCode(), retryAfter(said), progress, trace);
        };
    }

    /// The error's name as Bedrock spells it. In a stream it is spelled with a small letter.
    static String errorName(AwsServiceException said) {
        AwsErrorDetails details = said.awsErrorDetails();
        String name = details == null ? null : details.errorCode();
        if (name == null || name.isEmpty()) {
            return said.getClass().getSimpleName();
        }
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private static UpstreamTrace trace(AwsServiceException said, UpstreamTrace known) {
        Integer status = said.statusCode() == 0 ? known.status() : (Integer) said.statusCode();
        return new UpstreamTrace(
                status, said.requestId() == null ? known.requestId() : said.requestId());
    }

    private static @Nullable Duration retryAfter(AwsServiceException said) {
        AwsErrorDetails details = said.awsErrorDetails();
        if (details == null || details.sdkHttpResponse() == null) {
            return null;
        }
        Optional<String> header = details.sdkHttpResponse().firstMatchingHeader("retry-after");
        if (header.isEmpty() || !header.get().matches("\\d{1,6}")) {
            return null;
        }
        Duration after = Duration.ofSeconds(Long.parseLong(header.get()));
        return after.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : after;
    }
}
