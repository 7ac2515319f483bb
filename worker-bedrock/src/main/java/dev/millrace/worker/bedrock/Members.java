package dev.millrace.worker.bedrock;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which members of a chat request Converse can express. Those that change nothing of the answer
/// are passed over; any other that is not known here is rejected, so that no client gets an answer
/// to another question than it asked.
final class Members {
    private static final Set<String> TRANSLATED =
            Set.of(
                    "messages",
                    "max_tokens",
                    "max_completion_tokens",
                    "temperature",
                    "top_p",
                    "stop",
                    "tools",
                    "tool_choice",
                    "response_format",
                    "stream_options");

    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "model",
                    "stream",
                    "user",
                    "metadata",
                    "store",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention");

    private Members() {}

    /// @throws Unmappable naming the first member that cannot be translated
    static void check(JsonNode request) throws Unmappable {
        for (Map.Entry<String, JsonNode> member : request.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean known = TRANSLATED.contains(name) || WITHOUT_EFFECT.contains(name);
            if (!known && !value.isNull() && !saysTheUsual(name, value)) {
                throw Unmappable.member(name);
            }
        }
    }

    /// Whether the value asks for nothing but what happens anyway.
    private static boolean saysTheUsual(String name, JsonNode value) {
        return switch (name) {
            case "n" -> value.isNumber() && value.doubleValue() == 1;
            case "presence_penalty", "frequency_penalty" ->
                    value.isNumber() && value.doubleValue() == 0;
            case "logprobs" -> value.isBoolean() && !value.booleanValue();
            case "parallel_tool_calls" -> value.isBoolean() && value.booleanValue();
            case "logit_bias" -> value.isObject() && value.isEmpty();
            case "service_tier" ->
                    value.isString()
                            && (value.stringValue().equals("auto")
                                    || value.stringValue().equals("default"));
            case "modalities" ->
                    value.isArray()
                            && value.size() == 1
                            && "text".equals(value.path(0).asString(""));
            default -> false;
        };
    }
}
