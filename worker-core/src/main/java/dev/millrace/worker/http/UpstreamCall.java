package dev.millrace.worker.http;

import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamFailure.Kind;
import dev.millrace.worker.transport.UpstreamResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call over HTTP, from its request to its outcome. For one thread.
///
/// @param clock for the spacing of chunks and for dates in headers
record UpstreamCall(
        UpstreamClient client,
        Dialect dialect,
        ErrorOutcomes errors,
        InstantSource clock,
        Call call,
        Exchange exchange,
        CallTimer timer,
        ReplySink replies) {
    static final String EVENTS = "text/event-stream";

    private static final Duration ERROR_BODY = Duration.ofSeconds(5);

    /// A kept connection that the upstream was just closing breaks within a round trip: the
    /// upstream has not seen the request.
    private static final Duration STALE = Duration.ofMillis(250);

    /// How long to wait for the head of the answer.
    static CallTimer.Wait firstWait(Call call, CallTimer timer) {
        return call.stream() ? timer.firstContent() : timer.wholeAnswer();
    }

    static String reason(UpstreamFailure failure) {
        @Nullable String reason = failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /// Sends the request and reads the answer to its end.
    Outcome send(Map<String, String> headers) {
        CallTimer.Wait wait = firstWait(call, timer);
        UpstreamResponse response;
        try {
            response = client.send(exchange.path(), exchange.body(), headers, wait.length());
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(unanswered(), UpstreamTrace.SILENCE);
        } catch (UpstreamFailure failure) {
            return noAnswer(failure, wait);
        }
        UpstreamTrace trace =
                new UpstreamTrace(response.status(), response.header(dialect.requestIdHeader()));
        if (response.status() / 100 != 2) {
            return errors.of(
                    response.status(), errorBody(response), RetryAfter.of(response, clock), trace);
        }
        String type = response.header("content-type");
        if (call.stream() && type != null && type.contains(EVENTS)) {
            ChunkBatch batch = new ChunkBatch(replies, clock);
            return new StreamedAnswer(exchange.events(batch), batch, trace, timer, errors)
                    .read(response);
        }
        return whole(response, trace);
    }

    private Outcome whole(UpstreamResponse response, UpstreamTrace trace) {
        CallTimer.Wait wait = timer.wholeAnswer();
        byte[] body;
        try {
            body = response.body(wait.length());
        } catch (InterruptedException _) {
            response.abort();
            return new Outcome.Cancelled(unanswered(), trace);
        } catch (UpstreamFailure failure) {
            response.abort();
            return brokenOff(failure, wait, trace);
        }
        response.finish();
        return switch (exchange.whole(body)) {
            case Exchange.Whole.Failed failed ->
                    errors.inSuccess(failed.error(), Progress.NONE, trace);
            case Exchange.Whole.Nonsense nonsense ->
                    new Outcome.Malformed(
                            nonsense.reason(), new Progress(false, nonsense.usage()), trace);
            case Exchange.Whole.Answered answered when call.stream() ->
                    new Outcome.Malformed(
                            "an answer that is no stream",
                            new Progress(false, answered.usage()),
                            trace);
            case Exchange.Whole.Answered answered ->
                    new Outcome.Completed(
                            answered.body(), answered.finishReason(), answered.usage(), trace);
        };
    }

    private Outcome noAnswer(UpstreamFailure failure, CallTimer.Wait wait) {
        boolean unseen =
                failure.kind() == Kind.NOT_REACHED
                        || (failure.kind() == Kind.BROKEN
                                && timer.sinceStart().compareTo(STALE) < 0);
        return unseen
                ? new Outcome.Unavailable(
                        reason(failure),
                        null,
                        Progress.NONE,
                        UpstreamTrace.SILENCE,
                        failure.kind() != Kind.NOT_REACHED)
                : brokenOff(failure, wait, UpstreamTrace.SILENCE);
    }

    private Outcome brokenOff(UpstreamFailure failure, CallTimer.Wait wait, UpstreamTrace trace) {
        Progress progress = unanswered();
        return switch (failure.kind()) {
            case TIMED_OUT -> new Outcome.TimedOut(wait.limit(), progress, trace);
            case TOO_LARGE -> new Outcome.Malformed(reason(failure), progress, trace);
            case NOT_REACHED, BROKEN ->
                    new Outcome.Unavailable(reason(failure), null, progress, trace);
        };
    }

    /// Nothing came back of what was probably read.
    private Progress unanswered() {
        return new Progress(false, TokenUsage.estimate(call.estimatedPromptTokens(), 0));
    }

    private static byte[] errorBody(UpstreamResponse response) {
        try {
            byte[] body = response.body(ERROR_BODY);
            response.finish();
            return body;
        } catch (UpstreamFailure _) {
            response.abort();
            return new byte[0];
        } catch (InterruptedException _) {
            response.abort();
            Thread.currentThread().interrupt();
            return new byte[0];
        }
    }
}
