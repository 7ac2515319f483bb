package dev.millrace.worker.anthropic;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.ChatEvents;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the events of a stream of the Messages API. For one thread.
final class MessagesEvents extends ChatEvents {

    /// A block of thinking under way.
    private static final class Thought {
        private final ObjectNode block;
        private final StringBuilder words = new StringBuilder();

        Thought(JsonNode block) {
            this.block = (ObjectNode) block.deepCopy();
        }
    }

    private final Map<Integer, Thought> thoughts = new HashMap<>();
    private @Nullable TokenUsage usage;

    MessagesEvents(Answering answering, ChunkBatch batch) {
        super(new ChatChunks(answering, batch));
    }

    @Override
    protected void event(JsonNode event, byte[] data) {
        int index = event.path("index").asInt(0);
        switch (event.path("type").asString("")) {
            case "message_start" -> started(event.path("message").path("usage"));
            case "content_block_start" -> block(index, event.path("content_block"));
            case "content_block_delta" -> delta(index, event.path("delta"));
            case "content_block_stop" -> blockEnded(index);
            case "message_delta" -> stopped(event);
            case "message_stop" -> end(new End.Done());
            case "error" ->
                    end(
                            new End.Failed(
                                    ErrorBody.read(data).orElseGet(() -> new UpstreamError(""))));
            // A ping, or one that is newer than this: Anthropic asks to pass over those.
            default -> {}
        }
    }

    private void started(JsonNode told) {
        if (told.isObject()) {
            usage = MessagesUsage.of(told, null);
            chunks().usageSoFar(usage);
            chunks().serviceTier(MessagesUsage.serviceTier(told));
        }
        chunks().begin();
    }

    private void block(int index, JsonNode block) {
        switch (block.path("type").asString("")) {
            case "text" -> chunks().text(block.path("text").asString(""));
            case "tool_use" ->
                    chunks().toolCall(
                                    index,
                                    block.path("id").asString(""),
                                    block.path("name").asString(""),
                                    null);
            case "thinking", "redacted_thinking" -> thoughts.put(index, new Thought(block));
            default -> {}
        }
    }

    private void delta(int index, JsonNode delta) {
        switch (delta.path("type").asString("")) {
            case "text_delta" -> chunks().text(delta.path("text").asString(""));
            case "input_json_delta" ->
                    chunks().toolArguments(index, delta.path("partial_json").asString(""));
            case "thinking_delta" -> {
                String words = delta.path("thinking").asString("");
                chunks().reasoning(words);
                if (thoughts.get(index) instanceof Thought thought) {
                    thought.words.append(words);
                }
            }
            case "signature_delta" -> {
                if (thoughts.get(index) instanceof Thought thought) {
                    thought.block.put("signature", delta.path("signature").asString(""));
                }
            }
            default -> {}
        }
    }

    private void blockEnded(int index) {
        chunks().toolEnd(index);
        if (thoughts.remove(index) instanceof Thought thought) {
            if (!thought.words.isEmpty()) {
                thought.block.put("thinking", thought.words.toString());
            }
            chunks().thinkingBlock(thought.block);
        }
    }

    private void stopped(JsonNode event) {
        if (event.path("usage").isObject()) {
            usage = MessagesUsage.of(event.path("usage"), usage);
            chunks().usage(usage);
        }
        JsonNode delta = event.path("delta");
        String stop = Bodies.text(delta, "stop_reason");
        if (stop != null) {
            if (stop.equals("refusal")) {
                chunks().refusal(MessagesExchange.explanation(delta.path("stop_details")));
            }
            chunks().finish(MessagesExchange.finishReason(stop));
        }
    }
}
