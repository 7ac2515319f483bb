package dev.millrace.worker.http;

import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamResponse;
import java.time.Duration;
import java.util.Optional;

/// Reads one streamed answer to its end and tells how it ended. For one thread.
final class StreamedAnswer {
    private final EventReader events;
    private final ChunkBatch batch;
    private final UpstreamTrace trace;
    private final CallTimer timer;
    private final ErrorOutcomes errors;
    private final SseParser parser = new SseParser();

    StreamedAnswer(
            EventReader events,
            ChunkBatch batch,
            UpstreamTrace trace,
            CallTimer timer,
            ErrorOutcomes errors) {
        this.events = events;
        this.batch = batch;
        this.trace = trace;
        this.timer = timer;
        this.errors = errors;
    }

    Outcome read(UpstreamResponse response) {
        Outcome outcome = null;
        try {
            outcome = readToTheEnd(response);
            return outcome;
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(progress(), trace);
        } catch (SseParser.TooLarge tooLarge) {
            return new Outcome.Malformed(String.valueOf(tooLarge.getMessage()), progress(), trace);
        } finally {
            if (outcome instanceof Outcome.Completed) {
                response.finish();
            } else {
                response.abort();
            }
        }
    }

    private Outcome readToTheEnd(UpstreamResponse response)
            throws InterruptedException, SseParser.TooLarge {
        while (events.end() == null) {
            CallTimer.Wait wait = batch.hasSent() ? timer.nextPiece() : timer.firstContent();
            boolean grouping = batch.isWaiting();
            Duration length = grouping ? least(batch.untilDue(), wait.length()) : wait.length();
            try {
                byte[] piece = response.piece(length);
                if (piece == null) {
                    parser.end(this::event);
                    return ended();
                }
                timer.pieceArrived();
                parser.feed(piece, this::event);
            } catch (UpstreamFailure failure) {
                if (!grouping || failure.kind() != UpstreamFailure.Kind.TIMED_OUT) {
                    return failed(failure, wait);
                }
            }
            batch.sendIfDue();
        }
        return ended();
    }

    private void event(byte[] data) {
        if (events.end() == null) {
            events.event(data);
        }
    }

    private Outcome ended() {
        batch.flushContent();
        return switch (events.end()) {
            case EventReader.End.Failed failed ->
                    errors.inSuccess(failed.error(), progress(), trace);
            case EventReader.End.Nonsense nonsense ->
                    new Outcome.Malformed(nonsense.reason(), progress(), trace);
            case EventReader.End.Done _ -> completed();
            case null ->
                    events.complete()
                            ? completed()
                            : new Outcome.Malformed("the stream ended early", progress(), trace);
        };
    }

    private Outcome completed() {
        events.close();
        batch.flush();
        return new Outcome.Completed(null, events.finishReason(), events.usage(), trace);
    }

    private Outcome failed(UpstreamFailure failure, CallTimer.Wait wait) {
        batch.flushContent();
        if (failure.kind() == UpstreamFailure.Kind.TIMED_OUT) {
            return new Outcome.TimedOut(wait.limit(), progress(), trace);
        }
        return new Outcome.Unavailable(
                Optional.ofNullable(failure.getMessage()).orElse("the stream broke off"),
                null,
                progress(),
                trace);
    }

    private Progress progress() {
        return new Progress(batch.hasSent(), events.usage());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
