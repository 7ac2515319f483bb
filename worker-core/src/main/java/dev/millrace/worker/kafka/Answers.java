package dev.millrace.worker.kafka;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.ReplySink;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the answer to one dispatch goes, and in which records. What ends the request is given to
/// the dispatch's settlement. For one thread.
sealed interface Answers extends ReplySink permits ReplyWriter, KeptAnswers {

    /// How a dispatch is answered; empty if there is nobody to answer.
    static Optional<Answers> to(
            TakenDispatch taken,
            RunParts parts,
            CurrentAttempt attempt,
            Settlement settlement,
            Interruption interruption) {
        if (taken.dispatch().getRequest().getKept()) {
            ReplyWriter live =
                    ReplyRoute.ofIngress(taken, parts.topics())
                            .map(route -> new ReplyWriter(taken, route, parts, attempt, settlement))
                            .orElse(null);
            return Optional.of(
                    new KeptAnswers(
                            taken,
                            parts,
                            attempt,
                            settlement,
                            live,
                            () -> interruption.ask(Interruption.Reason.TOO_LONG)));
        }
        return ReplyRoute.of(taken, parts.topics())
                .map(route -> new ReplyWriter(taken, route, parts, attempt, settlement));
    }

    /// Why no answer can be written, so that no call is to be paid for; empty if one can.
    Optional<String> obstacle() throws InterruptedException;

    /// A provider is called now.
    void started();

    /// The request is answered.
    void complete(Outcome.Completed completed, Spent spent);

    /// The request has failed.
    ///
    /// @param outcome whether it failed, expired or was cancelled
    /// @param failure as the client is told
    /// @param spent by the last call; null where none was made
    void fail(RequestOutcome outcome, Failure failure, @Nullable Spent spent);
}
