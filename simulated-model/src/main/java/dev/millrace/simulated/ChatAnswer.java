package dev.millrace.simulated;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The answer to a [ChatRequest], cut into tokens: text, or the arguments of a tool call.
///
/// @param toolName the function called, or null where the tokens are text
/// @param finishReason `stop`, `length` or `tool_calls`
record ChatAnswer(List<String> tokens, @Nullable String toolName, String finishReason) {
    private static final int QUOTED_CHARACTERS = 160;
    private static final List<String> FILLER =
            Tokens.of(
                    " The words that follow carry no meaning and stand for the length of an answer"
                            + " that a real model would have given to the same question.");

    static ChatAnswer to(ChatRequest request, SimulatedBehaviour behaviour) {
        ChatRequest.Tool tool = request.tool();
        List<String> tokens;
        if (tool != null) {
            tokens = Tokens.of(SchemaExample.of(tool.parameters()).toString());
        } else if (request.jsonSchema() != null) {
            tokens = Tokens.of(SchemaExample.of(request.jsonSchema()).toString());
        } else {
            tokens = ofLength(Tokens.of(text(request)), behaviour.outputTokens());
        }
        Integer limit = request.maxTokens();
        if (limit != null && limit < tokens.size()) {
            return new ChatAnswer(
                    tokens.subList(0, limit), tool == null ? null : tool.name(), "length");
        }
        return tool == null
                ? new ChatAnswer(tokens, null, "stop")
                : new ChatAnswer(tokens, tool.name(), "tool_calls");
    }

    private static String text(ChatRequest request) {
        String question = request.question().strip().replaceAll("\\s+", " ");
        if (question.isEmpty()) {
            return "This is a simulated answer; no model was called.";
        }
        String quoted =
                question.length() <= QUOTED_CHARACTERS
                        ? question
                        : question.substring(0, question.offsetByCodePoints(0, 80)) + "…";
        return "This is a simulated answer; no model was called. You asked: “" + quoted + "”";
    }

    private static List<String> ofLength(List<String> tokens, int wanted) {
        if (wanted == 0) {
            return tokens;
        }
        if (tokens.size() >= wanted) {
            return tokens.subList(0, wanted);
        }
        List<String> longer = new ArrayList<>(tokens);
        while (longer.size() < wanted) {
            longer.add(FILLER.get(longer.size() % FILLER.size()));
        }
        return longer;
    }

    String text() {
        return String.join("", tokens);
    }

    ObjectNode usage(ChatRequest request) {
        int completionTokens = tokens.size() * request.choices();
        ObjectNode usage = Json.MAPPER.createObjectNode();
        usage.put("prompt_tokens", request.promptTokens())
                .put("completion_tokens", completionTokens)
                .put("total_tokens", request.promptTokens() + completionTokens);
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", 0);
        return usage;
    }
}
