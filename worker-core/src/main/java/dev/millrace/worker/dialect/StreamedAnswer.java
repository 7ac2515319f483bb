package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads one streamed answer: sends its chunks on, reads what they say of usage and of the end, and
/// tells how it ended. For one thread.
final class StreamedAnswer {
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    private final Call call;
    private final RequestBody request;
    private final UpstreamTrace trace;
    private final CallTimer timer;
    private final ErrorOutcomes errors;
    private final ChunkBatch batch;
    private final SseParser parser = new SseParser();
    private final StringBuilder text = new StringBuilder();
    private @Nullable TokenUsage usage;
    private @Nullable String serviceTier;
    private @Nullable String finishReason;
    private @Nullable UpstreamError error;
    private boolean done;
    private boolean nonsense;

    StreamedAnswer(
            Call call,
            RequestBody request,
            UpstreamTrace trace,
            CallTimer timer,
            ErrorOutcomes errors,
            ReplySink replies,
            InstantSource clock) {
        this.call = call;
        this.request = request;
        this.trace = trace;
        this.timer = timer;
        this.errors = errors;
        this.batch = new ChunkBatch(replies, clock);
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
        while (!done && error == null && !nonsense) {
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
        if (done || error != null || nonsense) {
            return;
        }
        if (Arrays.equals(data, DONE)) {
            done = true;
            return;
        }
        StreamChunk chunk = StreamChunk.read(data, text);
        if (chunk == null) {
            nonsense = true;
        } else if (chunk.error()) {
            error = UpstreamError.in(data).orElse(new UpstreamError("", null, null, null));
        } else {
            pass(data, chunk);
        }
    }

    private void pass(byte[] data, StreamChunk chunk) {
        UsageMember reported = chunk.usage();
        if (reported != null && reported.usage() != null) {
            usage = reported.usage();
        }
        if (chunk.serviceTier() != null) {
            serviceTier = chunk.serviceTier();
        }
        if (chunk.finishReason() != null) {
            finishReason = chunk.finishReason();
        }
        boolean shown = chunk.content() || chunk.finishReason() != null;
        if (request.usageAsked()) {
            Splice splice = new Splice(data);
            if (reported != null) {
                reported.map(used -> request.billed(used, serviceTier))
                        .addCost(splice, call.pricing());
            }
            batch.add(singleLine(splice.result()), shown);
        } else if (chunk.cutFrom() < 0) {
            batch.add(singleLine(data), shown);
        } else if (!chunk.bare() || reported == null) {
            byte[] cut =
                    new Splice(data).replace(chunk.cutFrom(), chunk.cutTo(), new byte[0]).result();
            batch.add(singleLine(cut), shown);
        }
    }

    /// In JSON a line feed is but space between tokens, and here it ends a chunk.
    private static byte[] singleLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }

    private Outcome ended() {
        batch.flushContent();
        if (error != null) {
            return errors.inSuccess(error, progress(), trace);
        }
        if (nonsense) {
            return new Outcome.Malformed("a chunk that is not JSON", progress(), trace);
        }
        if (!done && finishReason == null) {
            return new Outcome.Malformed("the stream ended early", progress(), trace);
        }
        batch.flush();
        return new Outcome.Completed(null, finishReason, usage(), trace);
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
        return new Progress(batch.hasSent(), usage());
    }

    private TokenUsage usage() {
        TokenUsage used =
                usage != null
                        ? usage
                        : TokenUsage.estimate(
                                call.estimatedPromptTokens(),
                                TokenEstimate.tokens(call.model(), text));
        return request.billed(used, serviceTier);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
