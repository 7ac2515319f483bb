package dev.millrace.worker.bedrock;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.dialect.CallTimer;
import dev.millrace.worker.dialect.ChunkBatch;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/// Calls models on AWS Bedrock. Thread-safe.
final class BedrockProvider implements Provider {
    private static final ErrorAnswer NO_EMBEDDINGS =
            new ErrorAnswer(
                    400,
                    "invalid_request_error",
                    "unsupported_operation",
                    "Embeddings are not supported for models on AWS Bedrock.",
                    "model",
                    null,
                    false);

    private final BedrockRuntimeAsyncClient client;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final FailureOutcomes failures;
    private final Probe probe;

    /// @param client is the provider's from here on
    BedrockProvider(
            BedrockRuntimeAsyncClient client,
            Timeouts timeouts,
            Rejections rejections,
            InstantSource clock) {
        this.client = client;
        this.timeouts = timeouts;
        this.clock = clock;
        this.failures = new FailureOutcomes(rejections);
        this.probe = new Probe(client, timeouts);
    }

    @Override
    public Outcome attempt(Call call, Deadline deadline, ReplySink replies)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (call.operation() == Operation.EMBEDDING) {
            return new Outcome.Rejected(NO_EMBEDDINGS, UpstreamTrace.SILENCE);
        }
        Conversation conversation;
        try {
            conversation = ConversationReader.read(call.body());
        } catch (Unmappable unmappable) {
            return new Outcome.Rejected(unmappable.answer(), UpstreamTrace.SILENCE);
        }
        CallTimer timer = new CallTimer(timeouts, deadline);
        return call.stream()
                ? streamed(call, conversation, timer, replies)
                : whole(call, conversation, timer);
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return probe.ask();
    }

    @Override
    public void close() {
        client.close();
    }

    private Outcome whole(Call call, Conversation conversation, CallTimer timer) {
        CompletableFuture<ConverseResponse> answer =
                Calls.start(() -> client.converse(conversation.whole(call.model())));
        try {
            return new WholeAnswer(call, timer, failures).await(answer);
        } finally {
            answer.cancel(true);
        }
    }

    private Outcome streamed(
            Call call, Conversation conversation, CallTimer timer, ReplySink replies) {
        EventFeed feed = new EventFeed();
        CompletableFuture<Void> end =
                Calls.start(() -> client.converseStream(conversation.streamed(call.model()), feed));
        feed.follow(end);
        ChunkBatch batch = new ChunkBatch(replies, clock);
        StreamChunks chunks =
                new StreamChunks(
                        new AnswerJson(call, timer.start()), conversation.usageAsked(), batch);
        try {
            return new StreamedAnswer(feed, chunks, batch, timer, failures).read();
        } finally {
            if (!end.isDone()) {
                end.cancel(true);
                feed.cancel();
            }
        }
    }
}
