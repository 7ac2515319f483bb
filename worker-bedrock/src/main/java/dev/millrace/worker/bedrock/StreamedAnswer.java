package dev.millrace.worker.bedrock;

import dev.millrace.worker.bedrock.EventFeed.Signal;
import dev.millrace.worker.bedrock.converse.StreamChunks;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.http.CallTimer;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Duration;

/// Reads one stream to its end, sends its chunks on, and tells how it ended. For one thread.
final class StreamedAnswer {
    private final EventFeed feed;
    private final StreamChunks chunks;
    private final ChunkBatch batch;
    private final CallTimer timer;
    private final FailureOutcomes failures;

    StreamedAnswer(
            EventFeed feed,
            StreamChunks chunks,
            ChunkBatch batch,
            CallTimer timer,
            FailureOutcomes failures) {
        this.feed = feed;
        this.chunks = chunks;
        this.batch = batch;
        this.timer = timer;
        this.failures = failures;
    }

    Outcome read() {
        try {
            return readToTheEnd();
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(progress(), feed.trace());
        }
    }

    private Outcome readToTheEnd() throws InterruptedException {
        while (true) {
            CallTimer.Wait wait = batch.hasSent() ? timer.nextPiece() : timer.firstContent();
            boolean grouping = batch.isWaiting() && batch.untilDue().compareTo(wait.length()) < 0;
            Duration length = grouping ? batch.untilDue() : wait.length();
            switch (feed.next(length)) {
                case Signal.Event event -> {
                    timer.pieceArrived();
                    event.output().accept(chunks);
                }
                case Signal.Ended _ -> {
                    return ended();
                }
                case Signal.Failed failed -> {
                    return failed(failed.failure());
                }
                case null -> {
                    if (!grouping) {
                        batch.flushContent();
                        return new Outcome.TimedOut(wait.limit(), progress(), feed.trace());
                    }
                }
            }
            batch.sendIfDue();
        }
    }

    private Outcome ended() {
        if (chunks.finishReason() == null) {
            batch.flushContent();
            // To the SDK a connection that closes amid a stream is the stream's end.
            return chunks.stopped()
                    ? new Outcome.Malformed("the model wrote nonsense", progress(), feed.trace())
                    : new Outcome.Unavailable(
                            "the stream broke off", null, progress(), feed.trace());
        }
        chunks.close();
        batch.flush();
        return new Outcome.Completed(null, chunks.finishReason(), chunks.usage(), feed.trace());
    }

    private Outcome failed(Throwable failure) {
        batch.flushContent();
        boolean begun = feed.trace().status() != null;
        Progress unseen = WholeAnswer.unseen(timer) && !begun ? Progress.NONE : progress();
        Outcome outcome =
                failures.of(failure, begun ? progress() : Progress.NONE, unseen, feed.trace());
        // What is already on its way to the client can be called faulty no more.
        return batch.hasSent() && isRefusal(outcome)
                ? new Outcome.Malformed("an error amid the stream", progress(), feed.trace())
                : outcome;
    }

    private static boolean isRefusal(Outcome outcome) {
        return outcome instanceof Outcome.Rejected || outcome instanceof Outcome.CredentialRefused;
    }

    private Progress progress() {
        TokenUsage usage = chunks.usage();
        return new Progress(batch.hasSent(), usage);
    }
}
