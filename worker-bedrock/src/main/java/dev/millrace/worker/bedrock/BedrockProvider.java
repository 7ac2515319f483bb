package dev.millrace.worker.bedrock;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.bedrock.converse.Conversation;
import dev.millrace.worker.bedrock.converse.ConverseOptions;
import dev.millrace.worker.bedrock.converse.StreamChunks;
import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.http.CallTimer;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
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
    private final BedrockRuntimeAsyncClient client;
    private final ConverseOptions.Reader reader;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final FailureOutcomes failures;
    private final Probe probe;

    /// @param client is the provider's from here on
    /// @param reader of chat requests
    BedrockProvider(
            BedrockRuntimeAsyncClient client,
            Timeouts timeouts,
            ConverseOptions.Reader reader,
            Rejections rejections,
            InstantSource clock) {
        this.client = client;
        this.reader = reader;
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
        CallTimer timer = new CallTimer(timeouts, deadline);
        try {
            return switch (call.operation()) {
                case CHAT_COMPLETION -> chat(call, timer, replies);
                case EMBEDDING ->
                        new EmbeddingCalls(client, call, timer, failures)
                                .make(Embeddings.of(call.body(), call.model(), reader.dropping()));
            };
        } catch (Unmappable unmappable) {
            return new Outcome.Rejected(unmappable.answer(), UpstreamTrace.SILENCE);
        }
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return probe.ask();
    }

    @Override
    public void close() {
        client.close();
    }

    private Outcome chat(Call call, CallTimer timer, ReplySink replies) throws Unmappable {
        ChatRequest chat = reader.chat(call.body());
        Conversation conversation = Conversation.of(chat, reader.options(chat));
        Answering answering = new Answering(call, timer.start(), chat.usageAsked(), chat.images());
        return call.stream()
                ? streamed(answering, conversation, timer, replies)
                : whole(answering, conversation, timer);
    }

    private Outcome whole(Answering answering, Conversation conversation, CallTimer timer) {
        CompletableFuture<ConverseResponse> answer =
                Calls.start(() -> client.converse(conversation.whole(answering.call().model())));
        try {
            return new WholeAnswer(answering, timer, failures).await(answer);
        } finally {
            answer.cancel(true);
        }
    }

    private Outcome streamed(
            Answering answering, Conversation conversation, CallTimer timer, ReplySink replies) {
        EventFeed feed = new EventFeed();
        CompletableFuture<Void> end =
                Calls.start(() ->
                        client.converseStream(
                                conversation.streamed(answering.call().model()), feed));
        feed.follow(end);
        ChunkBatch batch = new ChunkBatch(replies, clock);
        StreamChunks chunks = new StreamChunks(new ChatChunks(answering, batch));
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
