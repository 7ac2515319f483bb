package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.answer.Answering;
import dev.millrace.ingress.answer.Exchange;
import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.answer.ReplyPart;
import dev.millrace.ingress.answer.Signal;
import dev.millrace.ingress.answer.SignalSink;
import dev.millrace.ingress.answer.Step;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One caller's waiting for a request with an idempotency key, which others may wait for too, here
/// and at other instances. The outcome gate decides what all of them see; chunks of a stream may be
/// shown before. The end of the waiting ends nothing else.
public final class KeptExchange implements Answering {

    /// What exchanges are made with.
    ///
    /// @param submissions put requests on the log
    /// @param results what the gate has decided
    /// @param pending where the replies to this instance go
    /// @param requests tells the gate
    public record Links(
            Submissions submissions,
            KeptResults results,
            PendingAnswers pending,
            KeptRequests requests) {}

    private sealed interface Event {

        record Live(Signal signal) implements Event {}

        record Known(KeptResult result) implements Event {}

        record NotPublished(Refusal refusal) implements Event {}
    }

    private final UUID id;
    private final boolean stream;
    private final @Nullable ByteBuffer digest;
    private final Instant last;
    private final Links links;
    private final InstantSource clock;
    private final Exchange.Bounds bounds;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Deque<Step> ready = new ArrayDeque<>();
    private final LiveStream live;
    private final SignalSink sink = this::live;
    private final KeptResults.Watch watch;
    private Submissions.@Nullable Submission submission;
    private boolean replayed;

    private KeptExchange(
            AcceptedRequest request, Links links, InstantSource clock, Exchange.Bounds bounds) {
        Keeping keeping = Objects.requireNonNull(request.keeping());
        this.id = request.id();
        this.stream = request.stream();
        this.digest = keeping.digest();
        this.last = request.terms().deadline().plus(bounds.grace());
        this.links = links;
        this.clock = clock;
        this.bounds = bounds;
        this.live = new LiveStream(request.terms().resets());
        links.pending().open(id, sink);
        this.watch = links.results().watch(id, result -> events.add(new Event.Known(result)));
    }

    /// Joins the request that has this idempotency key, or puts it on the log.
    ///
    /// @param onLog called once, on any thread, when the body is needed no longer
    /// @throws Refused if the log takes nothing, or the key was used with another body
    public static KeptExchange open(
            AcceptedRequest request,
            Links links,
            InstantSource clock,
            Exchange.Bounds bounds,
            Runnable onLog)
            throws Refused, InterruptedException {
        KeptExchange exchange = new KeptExchange(request, links, clock, bounds);
        try {
            exchange.join(request, onLog);
            return exchange;
        } catch (Refused | InterruptedException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    /// Whether the answer was there before this caller asked.
    public boolean replayed() {
        return replayed;
    }

    @Override
    public Step next(Duration patience) throws InterruptedException {
        Instant patient = clock.instant().plus(patience);
        while (true) {
            Step step = ready.poll();
            if (step != null) {
                return step;
            }
            Instant now = clock.instant();
            if (!now.isBefore(last)) {
                return new Step.Failed(Refusal.deadlineExceeded(), null);
            }
            if (!now.isBefore(patient)) {
                return new Step.Quiet();
            }
            Instant until = patient.isBefore(last) ? patient : last;
            Event event = events.poll(Duration.between(now, until).toNanos(), TimeUnit.NANOSECONDS);
            if (event != null) {
                take(event);
            }
        }
    }

    @Override
    public void close() {
        watch.close();
        links.pending().close(id, sink);
        if (submission != null) {
            submission.close();
        }
    }

    private void join(AcceptedRequest request, Runnable onLog)
            throws Refused, InterruptedException {
        Optional<KeptResult> known = links.results().read(id);
        if (known.isPresent() && known.get().asked().digest() != null) {
            onLog.run();
            replayed = known.get().state().terminal();
            events.add(new Event.Known(known.get()));
            return;
        }
        submission = links.submissions().submit(request);
        var _ =
                submission
                        .acknowledged()
                        .thenAccept(refusal -> {
                            onLog.run();
                            refusal.ifPresent(why -> events.add(new Event.NotPublished(why)));
                        });
    }

    /// A client that is too slow for the live chunks gets the rest at the end.
    private void live(Signal signal) {
        if (signal instanceof Signal.Arrived(ReplyPart part)) {
            if (waitingBytes.addAndGet(part.size()) > bounds.waitingBytes()) {
                waitingBytes.addAndGet(-part.size());
                events.add(new Event.Live(new Signal.Overflowed()));
                return;
            }
        }
        events.add(new Event.Live(signal));
    }

    private void take(Event event) throws InterruptedException {
        switch (event) {
            case Event.NotPublished(Refusal refusal) -> fail(refusal);
            case Event.Known(KeptResult result) -> take(result);
            case Event.Live(Signal signal) -> {
                switch (signal) {
                    case Signal.Arrived(ReplyPart part) -> {
                        waitingBytes.addAndGet(-part.size());
                        take(part);
                    }
                    case Signal.NotPublished(Refusal refusal) -> fail(refusal);
                    case Signal.Stopping() ->
                            fail(Refusal.unavailable("The gateway stops; try again."));
                    case Signal.Unreadable(), Signal.Overflowed() -> live.lose();
                }
            }
        }
    }

    /// Whoever reads the same partition may have sent another body with the same key.
    private void take(ReplyPart part) {
        if (!Objects.equals(part.digest(), digest)) {
            return;
        }
        switch (part.content()) {
            case ReplyPart.Failure(Refusal refusal) -> {
                if (ready.isEmpty()) {
                    ready.add(new Step.Failed(refusal, part.facts()));
                }
            }
            case ReplyPart.Chunks _ -> {
                if (stream) {
                    ready.addAll(live.take(part));
                }
            }
            case ReplyPart.Completion _ -> live.lose();
        }
    }

    private void take(KeptResult result) throws InterruptedException {
        if (result.conflictsWith(digest)) {
            fail(Refusal.idempotencyConflict());
        } else if (result.state() == RequestState.COMPLETED) {
            try {
                complete(result.parts() > 1 ? whole(result) : result);
            } catch (Refused e) {
                fail(e.refusal());
            }
        } else if (result.state().terminal()) {
            ready.add(new Step.Failed(result.refusal(), result.facts()));
        }
    }

    private KeptResult whole(KeptResult head) throws Refused, InterruptedException {
        return links.results()
                .read(head.id())
                .orElseThrow(() -> new Refused(Refusal.noSuchRequest(id.toString())));
    }

    private void complete(KeptResult result) {
        ByteBuffer body = result.body();
        if (!stream) {
            ready.add(new Step.Completed(body, result.facts()));
            return;
        }
        LiveStream.Rest rest =
                live.rest(body == null ? ByteBuffer.allocate(0) : body, result.rank());
        if (rest == null) {
            fail(Refusal.reset());
            return;
        }
        if (rest.reset()) {
            ready.add(new Step.Reset(result.rank()));
        }
        if (rest.chunks().hasRemaining()) {
            ready.add(new Step.Chunks(rest.chunks(), result.facts()));
        }
        ready.add(new Step.Completed(null, result.facts()));
    }

    private void fail(Refusal refusal) {
        ready.add(new Step.Failed(refusal, null));
    }
}
