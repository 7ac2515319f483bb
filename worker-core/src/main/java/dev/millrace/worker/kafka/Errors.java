package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How failures of a target are described to operators, and what a client is told of its quota:
/// nothing of a request or an answer, and no credential, is in it.
final class Errors {

    private Errors() {}

    /// Null where the target did not fail.
    static @Nullable String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Unavailable unavailable ->
                    withStatus(unavailable.reason(), unavailable.trace().status());
            case Outcome.Malformed malformed -> malformed.reason();
            case Outcome.Throttled throttled ->
                    withStatus("it has too much to do", throttled.trace().status());
            case Outcome.CredentialRefused refused ->
                    withStatus("it refused the credential", refused.trace().status());
            case Outcome.TimedOut timedOut ->
                    timedOut.limit() == Outcome.TimedOut.Limit.DEADLINE
                            ? null
                            : "it took too long: "
                                    + timedOut.limit()
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', ' ');
            case Outcome.Completed _, Outcome.Rejected _, Outcome.Cancelled _ -> null;
        };
    }

    /// The prompt alone has more tokens than the provider's quota for a minute: no retry helps.
    ///
    /// @param prompt tokens, about
    /// @param quota tokens
    static ErrorAnswer largerThanQuota(long prompt, long quota) {
        return new ErrorAnswer(
                429,
                "rate_limit_error",
                "rate_limit_exceeded",
                "The prompt has about %d tokens; the provider's quota is %d tokens per minute."
                        .formatted(prompt, quota),
                null,
                null,
                false);
    }

    private static String withStatus(String reason, @Nullable Integer status) {
        return status == null || reason.contains(status.toString())
                ? reason
                : reason + " (status " + status + ")";
    }
}
