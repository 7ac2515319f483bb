package dev.millrace.worker.bedrock;

import dev.millrace.worker.dialect.ChunkBatch;
import dev.millrace.worker.dialect.TokenEstimate;
import dev.millrace.worker.provider.TokenUsage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlockStart;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns the events of a stream into chunks: the role first, then what the model writes, why it
/// stopped, and the usage where the client asked for it. For one thread.
final class StreamChunks implements ConverseStreamResponseHandler.Visitor {

    /// A tool call under way.
    private static final class OpenCall {
        private final int index;
        private boolean hasArguments;

        OpenCall(int index) {
            this.index = index;
        }
    }

    private final AnswerJson json;
    private final boolean usageAsked;
    private final ChunkBatch batch;
    private final StringBuilder written = new StringBuilder();
    private final Map<Integer, OpenCall> calls = new HashMap<>();
    private int callsSeen;
    private boolean stopped;
    private @Nullable String finishReason;
    private @Nullable TokenUsage usage;

    StreamChunks(AnswerJson json, boolean usageAsked, ChunkBatch batch) {
        this.json = json;
        this.usageAsked = usageAsked;
        this.batch = batch;
    }

    /// Whether the model came to an end.
    boolean stopped() {
        return stopped;
    }

    /// Why it did, as OpenAI names it; null before, and where what it wrote is no answer.
    @Nullable String finishReason() {
        return finishReason;
    }

    /// The tokens used so far, as reported or as estimated.
    TokenUsage usage() {
        return usage != null
                ? usage
                : TokenUsage.estimate(
                        json.call().estimatedPromptTokens(),
                        TokenEstimate.tokens(json.call().model(), written));
    }

    @Override
    public void visitMessageStart(MessageStartEvent event) {
        add(node().put("role", "assistant").put("content", ""), false);
    }

    @Override
    public void visitContentBlockStart(ContentBlockStartEvent event) {
        ToolUseBlockStart call = event.start() == null ? null : event.start().toolUse();
        if (call == null) {
            return;
        }
        OpenCall open = new OpenCall(callsSeen++);
        calls.put(event.contentBlockIndex(), open);
        written.append(call.name());
        ObjectNode delta = node();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", open.index)
                .put("id", call.toolUseId())
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", "");
        add(delta, true);
    }

    @Override
    public void visitContentBlockDelta(ContentBlockDeltaEvent event) {
        ContentBlockDelta delta = event.delta();
        if (delta == null) {
            return;
        }
        OpenCall open = calls.get(event.contentBlockIndex());
        if (delta.text() != null && !delta.text().isEmpty()) {
            written.append(delta.text());
            add(node().put("content", delta.text()), true);
        } else if (delta.toolUse() != null && open != null) {
            arguments(open, delta.toolUse().input());
        } else if (delta.reasoningContent() != null && delta.reasoningContent().text() != null) {
            written.append(delta.reasoningContent().text());
            add(node().put("reasoning_content", delta.reasoningContent().text()), true);
        }
    }

    @Override
    public void visitContentBlockStop(ContentBlockStopEvent event) {
        OpenCall open = calls.remove(event.contentBlockIndex());
        if (open != null && !open.hasArguments) {
            arguments(open, "{}");
        }
    }

    @Override
    public void visitMessageStop(MessageStopEvent event) {
        stopped = true;
        finishReason = FinishReasons.of(event.stopReason());
        if (finishReason != null) {
            batch.add(json.chunk(node(), finishReason, usageAsked), true);
        }
    }

    @Override
    public void visitMetadata(ConverseStreamMetadataEvent event) {
        usage = ReportedUsage.of(event.usage());
        if (usageAsked && usage != null) {
            batch.add(json.usageChunk(usage), false);
        }
    }

    private void arguments(OpenCall open, @Nullable String piece) {
        if (piece == null || piece.isEmpty()) {
            return;
        }
        open.hasArguments = true;
        written.append(piece);
        ObjectNode delta = node();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", open.index)
                .putObject("function")
                .put("arguments", piece);
        add(delta, true);
    }

    private void add(ObjectNode delta, boolean carriesContent) {
        batch.add(json.chunk(delta, null, usageAsked), carriesContent);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
