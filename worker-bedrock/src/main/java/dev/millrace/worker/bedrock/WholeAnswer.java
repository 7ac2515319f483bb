package dev.millrace.worker.bedrock;

import dev.millrace.worker.bedrock.converse.Said;
import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.ChatAnswer;
import dev.millrace.worker.http.CallTimer;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/// Awaits one answer that is not streamed, and tells how the call ended.
final class WholeAnswer {
    /// A kept connection that Bedrock was just closing breaks within a round trip: Bedrock has not
    /// seen the request.
    private static final Duration STALE = Duration.ofMillis(250);

    private final Answering answering;
    private final CallTimer timer;
    private final FailureOutcomes failures;

    WholeAnswer(Answering answering, CallTimer timer, FailureOutcomes failures) {
        this.answering = answering;
        this.timer = timer;
        this.failures = failures;
    }

    Outcome await(CompletableFuture<ConverseResponse> answer) {
        CallTimer.Wait wait = timer.wholeAnswer();
        try {
            return completed(answer.get(wait.length().toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(unanswered(), UpstreamTrace.SILENCE);
        } catch (TimeoutException _) {
            return new Outcome.TimedOut(wait.limit(), unanswered(), UpstreamTrace.SILENCE);
        } catch (ExecutionException failed) {
            return failures.of(
                    failed,
                    Progress.NONE,
                    unseen(timer) ? Progress.NONE : unanswered(),
                    UpstreamTrace.SILENCE);
        }
    }

    /// Whether a connection that breaks now was probably stale.
    static boolean unseen(CallTimer timer) {
        return timer.sinceStart().compareTo(STALE) < 0;
    }

    private Outcome completed(ConverseResponse answer) {
        UpstreamTrace trace = Traces.of(answer);
        if (answer.output() == null || answer.output().message() == null) {
            return new Outcome.Malformed("an answer without a message", Progress.NONE, trace);
        }
        List<ContentBlock> blocks = answer.output().message().content();
        ChatAnswer said = Said.by(blocks);
        TokenUsage usage = answering.usage(Said.usage(answer.usage()), null, said.written());
        String finishReason =
                answer.stopReason() == null ? "stop" : Said.finishReason(answer.stopReason());
        if (finishReason == null) {
            return new Outcome.Malformed(
                    "the model wrote nonsense", new Progress(false, usage), trace);
        }
        if (answer.metrics() != null) {
            said.tells(Said.OWN, Said.latency(answer.metrics().latencyMs()));
        }
        byte[] body = said.json(answering, finishReason, usage);
        return new Outcome.Completed(body, finishReason, usage, trace);
    }

    /// Nothing came back of what was probably read.
    private Progress unanswered() {
        return new Progress(
                false, TokenUsage.estimate(answering.call().estimatedPromptTokens(), 0));
    }
}
