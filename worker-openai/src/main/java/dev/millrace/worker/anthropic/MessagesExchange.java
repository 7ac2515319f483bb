package dev.millrace.worker.anthropic;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatAnswer;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One call of the Messages API.
///
/// @param path below the base URL
public record MessagesExchange(String path, byte[] body, Answering answering) implements Exchange {

    @Override
    public Whole whole(byte[] json) {
        JsonNode message = Bodies.tree(json);
        if (message == null || !message.path("content").isArray()) {
            Optional<UpstreamError> error = ErrorBody.read(json);
            return error.<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("not a message", TokenUsage.NONE));
        }
        ChatAnswer answer = new ChatAnswer();
        for (JsonNode block : message.path("content")) {
            read(block, answer);
        }
        JsonNode told = message.path("usage");
        TokenUsage usage =
                answering.usage(
                        told.isObject() ? MessagesUsage.of(told, null) : null,
                        MessagesUsage.serviceTier(told),
                        answer.written());
        String stop = Bodies.text(message, "stop_reason");
        String reason = stop == null ? null : finishReason(stop);
        if (reason == null) {
            return new Whole.Nonsense("a message without its end", usage);
        }
        if ("refusal".equals(stop)) {
            answer.refusal(explanation(message.path("stop_details")));
        }
        return new Whole.Answered(answer.json(answering, reason, usage), reason, usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        return new MessagesEvents(answering, batch);
    }

    /// Why the model stopped, as OpenAI's API names it.
    static String finishReason(String stop) {
        return switch (stop) {
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> "tool_calls";
            case "refusal" -> "content_filter";
            default -> "stop";
        };
    }

    /// What the client is told of a refusal.
    static String explanation(JsonNode details) {
        String words = Bodies.text(details, "explanation");
        return words == null ? "The model refused to answer." : words;
    }

    /// Blocks of tools that run at the provider have no place in OpenAI's answers.
    private static void read(JsonNode block, ChatAnswer answer) {
        switch (block.path("type").asString("")) {
            case "text" -> answer.text(block.path("text").asString(""));
            case "thinking" -> {
                answer.reasoning(block.path("thinking").asString(""));
                answer.thinkingBlock(block);
            }
            case "redacted_thinking" -> answer.thinkingBlock(block);
            case "tool_use" ->
                    answer.toolCall(
                            block.path("id").asString(""),
                            block.path("name").asString(""),
                            block.path("input").toString(),
                            null);
            default -> {}
        }
    }
}
