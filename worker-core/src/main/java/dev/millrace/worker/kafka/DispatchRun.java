package dev.millrace.worker.kafka;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.Reroute;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.quota.Grant;
import dev.millrace.worker.retry.Decision;
import dev.millrace.worker.retry.ErrorAnswers;
import dev.millrace.worker.retry.RetryPolicy;
import dev.millrace.worker.retry.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one dispatch to its end on a virtual thread: calls the provider as often as the retry
/// policy says, writes down every call, and answers, reroutes or gives the dispatch back.
final class DispatchRun implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(DispatchRun.class);

    private final TakenDispatch taken;
    private final RunParts parts;
    private final Consumer<PoolEvent> events;
    private final boolean holdsSlot;
    private final @Nullable ErrorAnswer refusal;
    private final Interruption interruption = new Interruption();
    private final Settlement settlement;
    private final CurrentAttempt attempt;
    private final Allowance allowance;
    private final TargetTrial trial;
    private final ProviderCalls calls;
    private final CheckedCalls checked;

    /// @param grant of its first call; null for a run that makes none, and takes no slot of the
    ///   window
    /// @param refusal why the provider is not to be called at all; null to call it
    DispatchRun(
            TakenDispatch taken,
            RunParts parts,
            Consumer<PoolEvent> events,
            @Nullable Grant grant,
            @Nullable ErrorAnswer refusal) {
        this.taken = taken;
        this.parts = parts;
        this.events = events;
        this.holdsSlot = grant != null;
        this.refusal = refusal;
        this.settlement = new Settlement(parts.outbox(), parts.clock(), interruption::isAbandoned);
        this.attempt = new CurrentAttempt(taken, parts.clock());
        this.allowance =
                new Allowance(taken, parts.quota(), parts.clock(), interruption::pause, grant);
        this.trial = new TargetTrial(taken, parts);
        this.calls =
                new ProviderCalls(
                        taken, parts, events, interruption, allowance, settlement, attempt);
        this.checked = new CheckedCalls(taken, parts, allowance, calls, attempt);
    }

    TakenDispatch taken() {
        return taken;
    }

    boolean holdsSlot() {
        return holdsSlot;
    }

    Interruption interruption() {
        return interruption;
    }

    @Override
    public void run() {
        PoolEvent end = new PoolEvent.Left(this);
        try {
            end = serve();
        } catch (InterruptedException _) {
            log.debug("event=run_interrupted dispatch={}", taken.dispatch().getDispatchId());
        } catch (RuntimeException bug) {
            log.error("event=run_failed dispatch={}", taken.dispatch().getDispatchId(), bug);
            end = answerAfterBug();
        } finally {
            trial.end();
            allowance.end();
            events.accept(end);
        }
    }

    private PoolEvent serve() throws InterruptedException {
        Optional<Answers> answered = answers();
        if (answered.isEmpty()) {
            return deadLetter("nobody to reply to");
        }
        Answers answers = answered.get();
        if (parts.isCancelled(taken)) {
            return fail(answers, ErrorAnswers.cancelled());
        }
        Deadline deadline = new Deadline(taken.dispatch().getDeadline(), parts.clock());
        if (deadline.hasPassed()) {
            return fail(answers, ErrorAnswers.deadlineExceeded());
        }
        Optional<String> obstacle = answers.obstacle();
        if (obstacle.isPresent()) {
            return deadLetter(obstacle.get());
        }
        Optional<Operation> operation =
                Wire.operation(taken.dispatch().getRequest().getOperation());
        if (operation.isEmpty()) {
            return fail(answers, ErrorAnswers.internal());
        }
        int retriesLeft = Math.max(0, taken.dispatch().getRetriesLeft() - taken.attempts());
        if (refusal != null) {
            return withoutAttempt(refusal, answers, deadline, retriesLeft);
        }
        parts.config().await(taken.dispatch().getConfigVersion(), ConfigView.PATIENCE);
        return attempts(operation.get(), answers, deadline, retriesLeft);
    }

    private PoolEvent attempts(Operation operation, Answers answers, Deadline deadline, int budget)
            throws InterruptedException {
        int retriesLeft = budget;
        for (int number = taken.attempts() + 1; ; number++) {
            if (deadline.hasPassed()) {
                return fail(answers, ErrorAnswers.deadlineExceeded());
            }
            if (parts.watch().health().state() == PoolHealth.State.CREDENTIAL_REFUSED) {
                return withoutAttempt(
                        ErrorAnswers.credentialsExhausted(), answers, deadline, retriesLeft);
            }
            if (!allowance.take(taken.estimatedPromptTokens())) {
                return settled(new PoolEvent.Postponed(this, taken.after(number - 1)));
            }
            if (retriesLeft > 0 && trial.isBetterElsewhere()) {
                return withoutAttempt(
                        ErrorAnswers.unavailable(null), answers, deadline, retriesLeft);
            }
            Outcome outcome = checked.make(number, operation, answers, deadline);
            number = attempt.number();
            if (outcome instanceof Outcome.Cancelled) {
                return stopped(answers);
            }
            Situation situation = situation(number, retriesLeft, deadline);
            switch (decide(outcome, situation)) {
                case Decision.Complete(Outcome.Completed completed) -> {
                    return complete(answers, completed);
                }
                case Decision.Fail(ErrorAnswer error) -> {
                    return fail(answers, error, outcome.progress().contentSent());
                }
                case Decision.Reroute(ErrorAnswer error) -> {
                    return reroute(error, number, retriesLeft - 1);
                }
                case Decision.AwaitWindow _ -> {
                    return settled(new PoolEvent.PutOff(this, taken.after(number)));
                }
                case Decision.Postpone(Duration pause) -> {
                    Instant due = parts.clock().instant().plus(pause);
                    return settled(
                            new PoolEvent.Postponed(this, taken.after(number).notBefore(due)));
                }
                case Decision.TryNextKey _ -> retriesLeft--;
                case Decision.RetryAfter(Duration pause) -> {
                    retriesLeft--;
                    if (!interruption.pause(pause)) {
                        return stopped(answers);
                    }
                }
            }
        }
    }

    private Decision decide(Outcome outcome, Situation situation) {
        Decision decision = RetryPolicy.decide(outcome, situation);
        return decision instanceof Decision.RetryAfter && !parts.retries().take()
                ? RetryPolicy.decideWithoutRetry(outcome, situation)
                : decision;
    }

    private Situation situation(int attempt, int retriesLeft, Deadline deadline) {
        return new Situation(
                attempt,
                retriesLeft,
                !taken.dispatch().getCandidates().isEmpty(),
                taken.isBatch(),
                deadline.left(),
                parts.random().nextDouble());
    }

    private PoolEvent complete(Answers answers, Outcome.Completed completed)
            throws InterruptedException {
        answers.complete(completed, calls.spent(completed.usage()));
        return settled(new PoolEvent.Done(this));
    }

    private PoolEvent withoutAttempt(
            ErrorAnswer error, Answers answers, Deadline deadline, int retriesLeft)
            throws InterruptedException {
        Situation situation = situation(taken.attempts(), retriesLeft, deadline);
        return RetryPolicy.decideWithoutAttempt(error, situation) instanceof Decision.Reroute
                ? reroute(error, taken.attempts(), retriesLeft - 1)
                : fail(answers, error);
    }

    /// The run was interrupted: its request is cancelled, or goes to the partition's next owner.
    private PoolEvent stopped(Answers answers) throws InterruptedException {
        return interruption.reason() == Interruption.Reason.CANCELLED
                ? fail(answers, ErrorAnswers.cancelled())
                : settled(new PoolEvent.Left(this));
    }

    private PoolEvent fail(Answers answers, ErrorAnswer error) throws InterruptedException {
        return fail(answers, error, false);
    }

    /// Where other targets were tried before, the client is told how the first of them failed.
    private PoolEvent fail(Answers answers, ErrorAnswer error, boolean contentSent)
            throws InterruptedException {
        Failure first = taken.dispatch().getFirstFailure();
        RequestOutcome outcome = Wire.outcome(error);
        boolean ownStory = first == null || contentSent || outcome != RequestOutcome.FAILED;
        Failure told =
                ownStory
                        ? Wire.failure(error)
                        : Failure.newBuilder(first).setShouldRetry(false).build();
        answers.fail(outcome, told, calls.spent());
        return settled(new PoolEvent.Done(this));
    }

    private PoolEvent reroute(ErrorAnswer error, int attempts, int retriesLeft)
            throws InterruptedException {
        Reroute reroute =
                Reroute.newBuilder()
                        .setDispatch(taken.dispatch())
                        .setFailure(Wire.failure(error))
                        .setAttempts(taken.dispatch().getAttempts() + attempts)
                        .setRetriesLeft(retriesLeft)
                        .setFailedAt(parts.clock().instant())
                        .build();
        var record =
                parts.outbox()
                        .record(
                                parts.topics().reroutes().name(),
                                null,
                                taken.dispatch().getRequest().getTenant(),
                                reroute);
        if (taken.traceparent() != null) {
            record.headers().add("traceparent", taken.traceparent());
        }
        settlement.add(record);
        return settled(new PoolEvent.Done(this));
    }

    private PoolEvent deadLetter(String reason) throws InterruptedException {
        log.warn(
                "event=dead_letter dispatch={} reason=\"{}\"",
                taken.dispatch().getDispatchId(),
                reason);
        settlement.add(parts.deadLetters().of(taken, reason));
        return settled(new PoolEvent.Done(this));
    }

    /// Whoever waits is told, and the dispatch is done with: it would fail again. What was used is
    /// not told, for that may be what failed; the ledger has it from the log.
    private PoolEvent answerAfterBug() {
        try {
            Optional<Answers> answers = answers();
            if (answers.isEmpty()) {
                return deadLetter("the worker failed at it");
            }
            ErrorAnswer error = ErrorAnswers.internal();
            answers.get().fail(Wire.outcome(error), Wire.failure(error), null);
            return settled(new PoolEvent.Done(this));
        } catch (InterruptedException | RuntimeException again) {
            log.error(
                    "event=run_failed_twice dispatch={}", taken.dispatch().getDispatchId(), again);
            return new PoolEvent.Left(this);
        }
    }

    private PoolEvent settled(PoolEvent end) throws InterruptedException {
        boolean settled = settlement.settle(reason -> parts.deadLetters().of(taken, reason));
        return settled ? end : new PoolEvent.Left(this);
    }

    private Optional<Answers> answers() {
        return Answers.to(taken, parts, attempt, settlement, interruption);
    }
}
