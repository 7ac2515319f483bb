package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Gathers what a model answered, and writes it as OpenAI's API does. Reasoning goes into
/// `reasoning_content`, where other servers put it. For one thread.
public final class ChatAnswer {
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode thinkingBlocks = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private final ObjectNode told = JsonNodeFactory.instance.objectNode();
    private @Nullable String refusal;

    /// The model says.
    public void text(String text) {
        content.append(text);
    }

    /// How probable the tokens are of what the model says, in their order.
    public void logprobs(List<TokenLogprob> tokens) {
        logprobs.addAll(tokens);
    }

    /// The model thinks.
    public void reasoning(String text) {
        reasoning.append(text);
    }

    /// The model has thought, in a form that the provider wants back.
    public void thinkingBlock(JsonNode block) {
        thinkingBlocks.add(block);
    }

    /// The model will not answer.
    public void refusal(String words) {
        refusal = words;
    }

    /// The model calls a tool.
    ///
    /// @param arguments JSON
    /// @param extra what the provider wants back with the call; null for nothing
    public void toolCall(String id, String name, String arguments, @Nullable JsonNode extra) {
        ObjectNode call = calls.addObject().put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        if (extra != null) {
            call.set("extra_content", extra);
        }
    }

    /// The provider tells more of the call than OpenAI's API has a place for.
    ///
    /// @param member of the answer
    public void tells(String member, JsonNode value) {
        told.set(member, value);
    }

    /// Whether the model called a tool.
    public boolean callsTools() {
        return !calls.isEmpty();
    }

    /// What the model wrote, to estimate its tokens.
    public String written() {
        StringBuilder written = new StringBuilder(content).append(reasoning);
        for (JsonNode call : calls) {
            written.append(call.path("function").path("name").asString(""));
            written.append(call.path("function").path("arguments").asString(""));
        }
        return written.toString();
    }

    /// The answer's JSON.
    ///
    /// @param usage what is charged; shown where it was not estimated
    public byte[] json(Answering answering, String finishReason, TokenUsage usage) {
        ObjectNode answer = answering.head("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.set("message", message());
        choice.set("logprobs", TokenLogprob.json(logprobs));
        choice.put("finish_reason", finishReason);
        if (usage.details().serviceTier() != null) {
            answer.put("service_tier", usage.details().serviceTier());
        }
        if (!usage.estimated()) {
            answer.set("usage", UsageJson.chat(usage, answering.call().pricing()));
        }
        answer.setAll(told);
        return Bodies.bytes(answer);
    }

    private ObjectNode message() {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        if (content.isEmpty() && (callsTools() || refusal != null)) {
            message.putNull("content");
        } else {
            message.put("content", content.toString());
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!thinkingBlocks.isEmpty()) {
            message.set("thinking_blocks", thinkingBlocks);
        }
        message.put("refusal", refusal);
        if (callsTools()) {
            message.set("tool_calls", calls);
        }
        return message;
    }
}
