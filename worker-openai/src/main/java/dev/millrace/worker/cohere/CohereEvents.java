package dev.millrace.worker.cohere;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.http.ChatEvents;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads the events of a stream of chat. For one thread.
final class CohereEvents extends ChatEvents {

    /// The block of thinking under way; blocks follow one another.
    private final StringBuilder thought = new StringBuilder();

    CohereEvents(Answering answering, ChunkBatch batch) {
        super(new ChatChunks(answering, batch));
    }

    @Override
    protected void event(JsonNode event, byte[] data) {
        int index = event.path("index").asInt(0);
        JsonNode delta = event.path("delta");
        JsonNode message = delta.path("message");
        switch (event.path("type").asString("")) {
            case "message-start" -> chunks().begin();
            case "content-start", "content-delta" ->
                    content(message.path("content"), event.path("logprobs"));
            case "content-end" -> contentEnded();
            case "tool-plan-delta" -> chunks().reasoning(message.path("tool_plan").asString(""));
            case "tool-call-start" -> call(index, message.path("tool_calls"));
            case "tool-call-delta" ->
                    chunks().toolArguments(index, arguments(message.path("tool_calls")));
            case "tool-call-end" -> chunks().toolEnd(index);
            case "message-end" -> ended(delta);
            case "" ->
                    end(
                            CohereExchange.error(data)
                                    .<End>map(End.Failed::new)
                                    .orElse(new End.Nonsense("an event without a type")));
            // A citation, or one that is newer than this.
            default -> {}
        }
    }

    /// @param logprobs of the text; those of thoughts are passed over, as OpenAI tells the answer's
    ///   alone
    private void content(JsonNode content, JsonNode logprobs) {
        String thinking = content.path("thinking").asString("");
        thought.append(thinking);
        chunks().reasoning(thinking);
        if (content.has("text")) {
            chunks().logprobs(CohereExchange.logprobs(logprobs));
        }
        chunks().text(content.path("text").asString(""));
    }

    private void contentEnded() {
        if (!thought.isEmpty()) {
            chunks().thinkingBlock(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("type", "thinking")
                                    .put("thinking", thought.toString()));
            thought.setLength(0);
        }
    }

    private void call(int index, JsonNode call) {
        chunks().toolCall(
                        index,
                        call.path("id").asString(""),
                        call.path("function").path("name").asString(""),
                        null);
        chunks().toolArguments(index, arguments(call));
    }

    private void ended(JsonNode delta) {
        TokenUsage usage = CohereExchange.usage(delta.path("usage"));
        if (usage != null) {
            chunks().usage(usage);
        }
        String reason = CohereExchange.finishReason(delta);
        if (reason != null) {
            chunks().finish(reason);
            end(new End.Done());
        } else {
            String error = Bodies.text(delta, "error");
            end(
                    error == null
                            ? new End.Nonsense("a message without a good end")
                            : new End.Failed(new UpstreamError(error)));
        }
    }

    private static String arguments(JsonNode call) {
        return call.path("function").path("arguments").asString("");
    }
}
