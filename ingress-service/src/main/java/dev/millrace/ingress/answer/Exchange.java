package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One plain request on the log and the answer to it. The instance that opens it decides what its
/// client sees, and cancels the request if it ends before the answer does. To be used by one
/// thread; interrupting that thread means that the client has gone.
public final class Exchange implements Answering {

    /// The bounds of an exchange.
    ///
    /// @param grace how long after its deadline an answer is still waited for
    /// @param silence how long an attempt that was superseded while its content is shown may stay
    ///   silent: a worker that loses its partition drains for 5 s
    /// @param waitingBytes of replies that the client has not taken yet
    /// @param longestAnswer of one joined body, in bytes
    public record Bounds(Duration grace, Duration silence, long waitingBytes, long longestAnswer) {}

    private final UUID id;
    private final Instant deadline;
    private final Instant last;
    private final RequestLog log;
    private final PendingAnswers pending;
    private final InstantSource clock;
    private final Bounds bounds;
    private final Mailbox mailbox;
    private final AnswerDecider decider;
    private @Nullable String cancelReason = "client_disconnected";
    private @Nullable Instant silentUntil;
    private @Nullable ReplyPart undecided;

    private Exchange(
            AcceptedRequest request,
            RequestLog log,
            PendingAnswers pending,
            InstantSource clock,
            Bounds bounds) {
        // The request itself is not kept: its body need not stay in memory while it waits.
        this.id = request.id();
        this.deadline = request.terms().deadline();
        this.last = deadline.plus(bounds.grace());
        this.log = log;
        this.pending = pending;
        this.clock = clock;
        this.bounds = bounds;
        this.mailbox = new Mailbox(bounds.waitingBytes());
        this.decider =
                new AnswerDecider(
                        request.stream(), request.terms().resets(), bounds.longestAnswer());
    }

    /// Puts a request on the log and starts to wait for its answer.
    ///
    /// @param onLog called once, on any thread, when the log has the request
    /// @throws Refused if the log takes nothing
    public static Exchange open(
            AcceptedRequest request,
            RequestLog log,
            PendingAnswers pending,
            InstantSource clock,
            Bounds bounds,
            Runnable onLog)
            throws Refused {
        Exchange exchange = new Exchange(request, log, pending, clock, bounds);
        pending.open(request.id(), exchange.mailbox);
        try {
            log.publish(request, refusal -> exchange.published(refusal, onLog));
            return exchange;
        } catch (Refused | RuntimeException e) {
            pending.close(request.id(), exchange.mailbox);
            throw e;
        }
    }

    @Override
    public Step next(Duration patience) throws InterruptedException {
        Instant patient = clock.instant().plus(patience);
        while (true) {
            Instant now = clock.instant();
            if (!now.isBefore(last)) {
                return fail(Refusal.deadlineExceeded(), "deadline");
            }
            if (silentUntil != null && !now.isBefore(silentUntil)) {
                return fail(Refusal.reset(), "answer_broken");
            }
            if (!now.isBefore(patient)) {
                return new Step.Quiet();
            }
            Step step = step(now, patient);
            if (step != null) {
                return step;
            }
        }
    }

    /// Ends the exchange: no more replies are taken, and the request is cancelled if its answer had
    /// not ended.
    @Override
    public void close() {
        pending.close(id, mailbox);
        if (cancelReason != null) {
            log.cancel(id, deadline, cancelReason);
        }
    }

    private @Nullable Step step(Instant now, Instant patient) throws InterruptedException {
        ReplyPart again = undecided;
        if (again != null) {
            undecided = null;
            return step(decider.decide(again), again);
        }
        Signal signal = mailbox.take(Duration.between(now, earliest(patient)));
        return signal == null ? null : step(signal);
    }

    private void published(@Nullable Refusal refusal, Runnable onLog) {
        if (refusal == null) {
            onLog.run();
        } else {
            mailbox.put(new Signal.NotPublished(refusal));
        }
    }

    private @Nullable Step step(Signal signal) {
        return switch (signal) {
            case Signal.Arrived(var part) -> step(decider.decide(part), part);
            case Signal.Unreadable() -> fail(lost("a part cannot be read"), "answer_broken");
            // It may be on the log all the same, so the work on it has to be ended.
            case Signal.NotPublished(var refusal) -> fail(refusal, "not_acknowledged");
            case Signal.Overflowed() ->
                    fail(lost("the client reads too slowly"), "client_too_slow");
            case Signal.Stopping() ->
                    fail(Refusal.unavailable("The gateway stops; try again."), "shutdown");
        };
    }

    private @Nullable Step step(Verdict verdict, ReplyPart part) {
        return switch (verdict) {
            case Verdict.Dropped() -> null;
            case Verdict.Kept() -> heard(null);
            case Verdict.Superseded() -> superseded();
            case Verdict.Reset(var rank) -> {
                undecided = part;
                yield heard(new Step.Reset(rank));
            }
            case Verdict.Show(var body, var facts) -> heard(new Step.Chunks(body, facts));
            case Verdict.Complete(var body, var facts) -> end(new Step.Completed(body, facts));
            case Verdict.Fail(var refusal, var facts) -> end(new Step.Failed(refusal, facts));
            case Verdict.Broken(var why) -> fail(lost(why), "answer_broken");
        };
    }

    private @Nullable Step heard(@Nullable Step step) {
        if (silentUntil != null) {
            silentUntil = clock.instant().plus(bounds.silence());
        }
        return step;
    }

    private @Nullable Step superseded() {
        if (silentUntil == null) {
            silentUntil = clock.instant().plus(bounds.silence());
        }
        return null;
    }

    private Step end(Step step) {
        cancelReason = null;
        return step;
    }

    private Step fail(Refusal refusal, String reason) {
        cancelReason = reason;
        return new Step.Failed(refusal, null);
    }

    private static Refusal lost(String why) {
        return Refusal.upstreamError("The answer was lost on its way: " + why + ".");
    }

    private Instant earliest(Instant patient) {
        Instant earliest = patient.isBefore(last) ? patient : last;
        return silentUntil != null && silentUntil.isBefore(earliest) ? silentUntil : earliest;
    }
}
