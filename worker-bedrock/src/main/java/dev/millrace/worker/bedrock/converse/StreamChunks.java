package dev.millrace.worker.bedrock.converse;

import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlockStart;

/// Turns the events of a stream into chunks. For one thread.
public final class StreamChunks implements ConverseStreamResponseHandler.Visitor {
    private final ChatChunks chunks;
    private final StringBuilder thought = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private boolean stopped;

    /// @param chunks takes them
    public StreamChunks(ChatChunks chunks) {
        this.chunks = chunks;
    }

    /// Whether the model came to an end.
    public boolean stopped() {
        return stopped;
    }

    /// Why it did, as OpenAI names it; null before, and where what it wrote is no answer.
    public @Nullable String finishReason() {
        return chunks.finishReason();
    }

    /// The tokens used so far, as reported or as estimated.
    public TokenUsage usage() {
        return chunks.used();
    }

    /// The stream has come to its good end.
    public void close() {
        chunks.close();
    }

    @Override
    public void visitMessageStart(MessageStartEvent event) {
        chunks.begin();
    }

    @Override
    public void visitContentBlockStart(ContentBlockStartEvent event) {
        ToolUseBlockStart call = event.start() == null ? null : event.start().toolUse();
        if (call != null) {
            chunks.toolCall(event.contentBlockIndex(), call.toolUseId(), call.name(), null);
        }
    }

    @Override
    public void visitContentBlockDelta(ContentBlockDeltaEvent event) {
        ContentBlockDelta delta = event.delta();
        if (delta == null) {
            return;
        }
        if (delta.text() != null) {
            chunks.text(delta.text());
        } else if (delta.toolUse() != null && delta.toolUse().input() != null) {
            chunks.toolArguments(event.contentBlockIndex(), delta.toolUse().input());
        } else if (delta.reasoningContent() != null) {
            think(delta.reasoningContent());
        }
    }

    private void think(ReasoningContentBlockDelta delta) {
        if (delta.text() != null) {
            thought.append(delta.text());
            chunks.reasoning(delta.text());
        } else if (delta.signature() != null) {
            signature.append(delta.signature());
        } else if (delta.redactedContent() != null) {
            chunks.thinkingBlock(Blocks.redacted(delta.redactedContent()));
        }
    }

    @Override
    public void visitContentBlockStop(ContentBlockStopEvent event) {
        chunks.toolEnd(event.contentBlockIndex());
        if (!signature.isEmpty()) {
            chunks.thinkingBlock(Blocks.thinking(thought.toString(), signature.toString()));
        }
        thought.setLength(0);
        signature.setLength(0);
    }

    @Override
    public void visitMessageStop(MessageStopEvent event) {
        stopped = true;
        String reason = Said.finishReason(event.stopReason());
        if (reason != null) {
            chunks.finish(reason);
        }
    }

    @Override
    public void visitMetadata(ConverseStreamMetadataEvent event) {
        TokenUsage reported = Said.usage(event.usage());
        if (reported != null) {
            chunks.usage(reported);
        }
        if (event.metrics() != null) {
            chunks.tells(Said.OWN, Said.latency(event.metrics().latencyMs()));
        }
    }
}
