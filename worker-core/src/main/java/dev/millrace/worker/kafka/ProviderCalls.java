package dev.millrace.worker.kafka;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.Quantities;
import dev.millrace.schemas.Dispatch;
import dev.millrace.worker.health.CallResult;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the provider calls of one dispatch: each gets its two attempt records, and its window and
/// watch are told what it means for them. For one thread.
final class ProviderCalls {
    private static final Logger log = LoggerFactory.getLogger(ProviderCalls.class);

    /// What a call asks.
    ///
    /// @param body the request's JSON
    /// @param promptTokens about how many it has
    record Question(byte[] body, long promptTokens) {}

    private final TakenDispatch taken;
    private final RunParts parts;
    private final Consumer<PoolEvent> events;
    private final Interruption interruption;
    private final Allowance allowance;
    private final Settlement settlement;
    private final CurrentAttempt attempt;
    private @Nullable TokenUsage used;

    ProviderCalls(
            TakenDispatch taken,
            RunParts parts,
            Consumer<PoolEvent> events,
            Interruption interruption,
            Allowance allowance,
            Settlement settlement,
            CurrentAttempt attempt) {
        this.taken = taken;
        this.parts = parts;
        this.events = events;
        this.interruption = interruption;
        this.allowance = allowance;
        this.settlement = settlement;
        this.attempt = attempt;
    }

    /// Makes one call and writes down that it started and how it ended. A call that is interrupted
    /// ends as cancelled; one that was to stop before it began is not made and not written down.
    ///
    /// The call waits until the log has its start: a worker that is killed in between would else
    /// have made a call that nobody can charge (docs/decisions/008).
    ///
    /// @param number the attempt within the dispatch, from 1
    /// @param chunks takes a streamed answer on its way to `answers`
    /// @param verdict what an outcome is written down and returned as; window and watch are told
    ///   the outcome itself, for they ask how the provider does and not whether it is right
    Outcome make(
            int number,
            Question question,
            Operation operation,
            Answers answers,
            ReplySink chunks,
            Deadline deadline,
            UnaryOperator<Outcome> verdict) {
        if (interruption.reason() != null) {
            return new Outcome.Cancelled(Progress.NONE, UpstreamTrace.SILENCE);
        }
        if (number == 1) {
            parts.retries().called();
        }
        Instant start = parts.clock().instant();
        AttemptLog.Made made =
                new AttemptLog.Made(
                        taken,
                        new UUID(parts.random().nextLong(), parts.random().nextLong()),
                        number,
                        start,
                        question.promptTokens(),
                        parts.config().applied().version());
        Optional<Outcome> obstacle = writeDown(made, deadline);
        Instant begun = parts.clock().instant();
        attempt.begin(number, begun);
        Outcome outcome =
                obstacle.orElseGet(() -> {
                    answers.started();
                    return callProvider(call(made, question.body(), operation), deadline, chunks);
                });
        Instant end = parts.clock().instant();
        attempt.ended(end);
        used = outcome.progress().usage();
        Outcome judged = verdict.apply(outcome);
        settlement.add(parts.attempts().ended(made, judged, attempt.firstContent(), end));
        if (obstacle.isEmpty()) {
            allowance.used(used);
            tell(outcome, begun, end, attempt.firstContent());
            remember(outcome, begun, end, attempt.firstContent());
        }
        return judged;
    }

    /// @return how the attempt ends if the log does not take its start
    private Optional<Outcome> writeDown(AttemptLog.Made made, Deadline deadline) {
        try {
            boolean written =
                    parts.outbox()
                            .deliver(
                                    parts.attempts().started(made),
                                    () -> interruption.reason() != null || deadline.hasPassed());
            if (written && !deadline.hasPassed()) {
                return wasAway(made)
                        ? Optional.of(unavailable("it took too long to begin"))
                        : Optional.empty();
            }
            return Optional.of(
                    interruption.reason() != null
                            ? new Outcome.Cancelled(Progress.NONE, UpstreamTrace.SILENCE)
                            : new Outcome.TimedOut(
                                    Outcome.TimedOut.Limit.DEADLINE,
                                    Progress.NONE,
                                    UpstreamTrace.SILENCE));
        } catch (Outbox.Undeliverable refused) {
            log.error("event=attempt_not_recorded reason=\"{}\"", refused.getMessage());
            return Optional.of(unavailable("the attempt cannot be recorded"));
        } catch (InterruptedException _) {
            return Optional.of(new Outcome.Cancelled(Progress.NONE, UpstreamTrace.SILENCE));
        }
    }

    /// Whether the call would begin so late that another worker may have the partition by now: a
    /// process can stand still at any line.
    private boolean wasAway(AttemptLog.Made made) {
        Duration since = Duration.between(made.startedAt(), parts.clock().instant());
        return since.compareTo(parts.settings().sessionTimeout()) > 0;
    }

    private static Outcome unavailable(String reason) {
        return new Outcome.Unavailable(reason, null, Progress.NONE, UpstreamTrace.SILENCE);
    }

    private Outcome callProvider(Call call, Deadline deadline, ReplySink chunks) {
        Outcome outcome = interruptibly(call, deadline, chunks);
        return interruption.reason() == Interruption.Reason.TOO_LONG
                ? new Outcome.Malformed(
                        "the answer is longer than is kept", outcome.progress(), outcome.trace())
                : outcome;
    }

    private Outcome interruptibly(Call call, Deadline deadline, ReplySink chunks) {
        if (!interruption.begin()) {
            return new Outcome.Cancelled(Progress.NONE, UpstreamTrace.SILENCE);
        }
        try (ProviderSlot.Lease lease = parts.provider().lease()) {
            return lease.provider().attempt(call, deadline, chunks);
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(Progress.NONE, UpstreamTrace.SILENCE);
        } catch (RuntimeException bug) {
            log.error("event=provider_failed provider={}", taken.dispatch().getProvider(), bug);
            TokenUsage usage = TokenUsage.estimate(call.estimatedPromptTokens(), 0);
            return new Outcome.Malformed(
                    "the gateway's code for this provider failed",
                    new Progress(attempt.firstContent() != null, usage),
                    UpstreamTrace.SILENCE);
        } finally {
            interruption.end();
        }
    }

    /// Tells the window and the watch what the outcome means for them.
    private void tell(Outcome outcome, Instant start, Instant end, @Nullable Instant first) {
        switch (outcome) {
            case Outcome.Completed completed -> {
                parts.watch().sawAnswer();
                boolean stream = completed.body() == null;
                Instant until = stream && first != null ? first : end;
                events.accept(
                        new PoolEvent.Succeeded(start, Duration.between(start, until), stream));
            }
            case Outcome.Throttled throttled -> {
                Duration retryAfter = throttled.retryAfter();
                events.accept(
                        new PoolEvent.Throttled(
                                taken, start, retryAfter == null ? Duration.ZERO : retryAfter));
            }
            case Outcome.CredentialRefused refused -> {
                if (!refused.otherKeys()) {
                    parts.watch().park();
                }
            }
            case Outcome.Unavailable _ -> parts.watch().probeSoon();
            case Outcome.Rejected _,
                    Outcome.TimedOut _,
                    Outcome.Malformed _,
                    Outcome.Cancelled _ -> {}
        }
    }

    /// How the target fares.
    private void remember(Outcome outcome, Instant start, Instant end, @Nullable Instant first) {
        String model = taken.dispatch().getUpstreamModel();
        boolean changed =
                parts.targets()
                        .ended(
                                model,
                                CallResult.of(outcome),
                                Duration.between(start, end),
                                taken.isStream() && first != null
                                        ? Duration.between(start, first)
                                        : null,
                                Errors.of(outcome),
                                end);
        if (changed) {
            parts.watch().circuitChanged(model);
        }
    }

    private Call call(AttemptLog.Made made, byte[] body, Operation operation) {
        Dispatch dispatch = taken.dispatch();
        return new Call(
                made.attemptId(),
                operation,
                dispatch.getUpstreamModel(),
                body,
                taken.isStream(),
                made.promptTokens(),
                usage -> spent(usage).priced());
    }

    /// What the latest call used; null before the first.
    @Nullable Spent spent() {
        return used == null ? null : spent(used);
    }

    /// So many tokens with what they cost here and now. Where time has a price too, that is not
    /// known before the call has ended: the ledger says it.
    Spent spent(TokenUsage usage) {
        Dispatch dispatch = taken.dispatch();
        return parts.prices()
                .inForce()
                .asOf(dispatch.getProvider(), dispatch.getUpstreamModel(), parts.clock().instant())
                .map(price -> spent(usage, price))
                .orElseGet(() -> new Spent(usage, null, null));
    }

    private static Spent spent(TokenUsage usage, PriceEntry price) {
        Quantities used = Wire.quantities(usage);
        PriceTier tier = price.tier(used.tokens().prompt(), usage.details().serviceTier());
        return tier.rates().gpuSecond().signum() > 0
                ? new Spent(usage, null, null)
                : new Spent(usage, price.cost(used, tier), price.currency());
    }
}
