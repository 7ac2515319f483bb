package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.EmbeddingAnswer;
import dev.millrace.worker.canonical.TokenEstimate;
import dev.millrace.worker.http.CallTimer;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import tools.jackson.databind.JsonNode;

/// Makes the calls of one attempt at embeddings, one after the other: an attempt is one of those
/// that a pool's window counts, so it never has more than one call at Bedrock. Its usage is that of
/// all its calls; when one fails, that of those before, which were billed. For one thread.
final class EmbeddingCalls {
    private static final String INPUT_TOKENS = "x-amzn-bedrock-input-token-count";

    private final BedrockRuntimeAsyncClient client;
    private final Call call;
    private final CallTimer timer;
    private final FailureOutcomes failures;
    private final List<JsonNode> embeddings = new ArrayList<>();
    private UpstreamTrace trace = UpstreamTrace.SILENCE;
    private long tokens;
    private boolean estimated;

    EmbeddingCalls(
            BedrockRuntimeAsyncClient client,
            Call call,
            CallTimer timer,
            FailureOutcomes failures) {
        this.client = client;
        this.call = call;
        this.timer = timer;
        this.failures = failures;
    }

    Outcome make(Embeddings asked) {
        for (Embeddings.Body body : asked.calls()) {
            Outcome failed = made(body);
            if (failed != null) {
                return failed;
            }
        }
        TokenUsage usage = used();
        return new Outcome.Completed(
                EmbeddingAnswer.json(call, embeddings, asked.request().base64(), usage),
                null,
                usage,
                trace);
    }

    /// Makes one call.
    ///
    /// @return how the attempt ends, if it failed; null if it goes on
    private @Nullable Outcome made(Embeddings.Body body) {
        Progress before = new Progress(false, used());
        CallTimer.Wait wait = timer.wholeAnswer();
        if (wait.length().isZero()) {
            return new Outcome.TimedOut(wait.limit(), before, trace);
        }
        CompletableFuture<InvokeModelResponse> answer =
                Calls.start(() ->
                        client.invokeModel(request ->
                                request.modelId(call.model())
                                        .contentType("application/json")
                                        .accept("application/json")
                                        .body(SdkBytes.fromByteArrayUnsafe(body.json()))));
        try {
            return read(answer.get(wait.length().toNanos(), TimeUnit.NANOSECONDS), body);
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(unanswered(body), UpstreamTrace.SILENCE);
        } catch (TimeoutException _) {
            return new Outcome.TimedOut(wait.limit(), unanswered(body), UpstreamTrace.SILENCE);
        } catch (ExecutionException failed) {
            return charged(
                    failures.of(
                            failed,
                            before,
                            WholeAnswer.unseen(timer) ? before : unanswered(body),
                            UpstreamTrace.SILENCE),
                    before);
        } finally {
            answer.cancel(true);
        }
    }

    private @Nullable Outcome read(InvokeModelResponse answer, Embeddings.Body body) {
        trace = Traces.of(answer);
        JsonNode json = Bodies.tree(answer.body().asByteArrayUnsafe());
        count(answer, json, body);
        List<JsonNode> read = Embeddings.read(json, body);
        if (read == null) {
            return new Outcome.Malformed(
                    "an answer without the embeddings", new Progress(false, used()), trace);
        }
        embeddings.addAll(read);
        return null;
    }

    /// Amazon's models tell their tokens in the body, Bedrock tells those of others in a header.
    private void count(InvokeModelResponse answer, @Nullable JsonNode json, Embeddings.Body body) {
        long told = json == null ? 0 : Bodies.tokens(json, "inputTextTokenCount");
        if (told == 0) {
            Optional<String> header = answer.sdkHttpResponse().firstMatchingHeader(INPUT_TOKENS);
            told =
                    header.filter(count -> count.matches("\\d{1,9}"))
                            .map(Long::parseLong)
                            .orElse(0L);
        }
        if (told == 0) {
            estimate(body);
        } else {
            tokens += told;
        }
    }

    /// Nothing came back of what was probably read.
    private Progress unanswered(Embeddings.Body body) {
        estimate(body);
        return new Progress(false, used());
    }

    private void estimate(Embeddings.Body body) {
        for (String text : body.texts()) {
            tokens += TokenEstimate.tokens(call.model(), text);
        }
        estimated = true;
    }

    private TokenUsage used() {
        return tokens == 0 && !estimated
                ? TokenUsage.NONE
                : new TokenUsage(tokens, 0, 0, 0, 0, estimated);
    }

    private static Outcome charged(Outcome outcome, Progress before) {
        return switch (outcome) {
            case Outcome.Rejected rejected ->
                    new Outcome.Rejected(rejected.error(), before, rejected.trace());
            case Outcome.CredentialRefused refused ->
                    new Outcome.CredentialRefused(false, before, refused.trace());
            case Outcome.Unavailable unavailable
                    when unavailable.progress().equals(Progress.NONE) ->
                    new Outcome.Unavailable(
                            unavailable.reason(),
                            unavailable.retryAfter(),
                            before,
                            unavailable.trace());
            case Outcome.Completed _,
                    Outcome.Throttled _,
                    Outcome.Unavailable _,
                    Outcome.TimedOut _,
                    Outcome.Malformed _,
                    Outcome.Cancelled _ ->
                    outcome;
        };
    }
}
