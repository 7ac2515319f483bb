package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.quota.Demand;
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

    /// A call has, or may have, more tokens than the provider's quota for a minute: no retry helps.
    ///
    /// @param quota tokens
    static ErrorAnswer largerThanQuota(Demand demand, long quota) {
        String limit = "the provider's quota is %d tokens per minute.".formatted(quota);
        String reason =
                demand.prompt() > quota
                        ? "The prompt has about %d tokens; ".formatted(demand.prompt()) + limit
                        : "The prompt has about %d tokens, and the completion may have as many as "
                                        .formatted(demand.prompt())
                                + "the request allows; "
                                + limit
                                + " A smaller `max_tokens` may fit.";
        return new ErrorAnswer(
                429, "rate_limit_error", "rate_limit_exceeded", reason, null, null, false);
    }

    private static String withStatus(String reason, @Nullable Integer status) {
        return status == null || reason.contains(status.toString())
                ? reason
                : reason + " (status " + status + ")";
    }
}
