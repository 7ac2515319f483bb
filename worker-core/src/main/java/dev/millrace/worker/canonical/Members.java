package dev.millrace.worker.canonical;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which members of a request a provider can express. Those that change nothing of the answer are
/// passed over; any other that is not known is rejected, so that no client gets an answer to
/// another question than it asked, unless the configuration says that it is to be left out.
///
/// @param translated by name. `extra_body.google.cached_content` stands for a member of an object
///   within an object; what else those objects hold is not supported
/// @param dropping whether what is not supported is left out
public record Members(Set<String> translated, boolean dropping) {

    /// What every provider of chat has.
    private static final Set<String> CHAT =
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

    /// What every provider of embeddings has.
    private static final Set<String> EMBEDDINGS = Set.of("input", "encoding_format");

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

    public Members {
        translated = Set.copyOf(translated);
    }

    /// What every provider of chat has, and more.
    public static Members chatAnd(Set<String> more, boolean dropping) {
        return and(CHAT, more, dropping);
    }

    /// What every provider of embeddings has, and more.
    public static Members embeddingsAnd(Set<String> more, boolean dropping) {
        return and(EMBEDDINGS, more, dropping);
    }

    private static Members and(Set<String> all, Set<String> more, boolean dropping) {
        Set<String> names = new HashSet<>(all);
        names.addAll(more);
        return new Members(names, dropping);
    }

    /// Checks a request.
    ///
    /// @return the request, without what is to be left out
    /// @throws Unmappable naming the first member that cannot be translated
    JsonNode check(JsonNode request) throws Unmappable {
        return check(request, "");
    }

    /// @param at what stands before the names of the object's members
    private JsonNode check(JsonNode object, String at) throws Unmappable {
        ObjectNode kept = null;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = at + member.getKey();
            JsonNode value = member.getValue();
            boolean known = translated.contains(name) || WITHOUT_EFFECT.contains(name);
            boolean plain = member.getKey().indexOf('.') < 0;
            if ((known && plain) || value.isNull() || saysTheUsual(name, value)) {
                continue;
            }
            JsonNode supported = plain && holdsTranslated(name) ? within(value, name) : null;
            if (supported == value) {
                continue;
            }
            if (supported == null && !dropping) {
                throw Unmappable.member(name);
            }
            kept = kept == null ? ((ObjectNode) object).deepCopy() : kept;
            if (supported == null) {
                kept.remove(member.getKey());
            } else {
                kept.set(member.getKey(), supported);
            }
        }
        return kept == null ? object : kept;
    }

    private boolean holdsTranslated(String name) {
        return translated.stream().anyMatch(one -> one.startsWith(name + "."));
    }

    private JsonNode within(JsonNode value, String name) throws Unmappable {
        if (!value.isObject()) {
            throw Unmappable.malformed(name, "'%s' must be an object.".formatted(name));
        }
        return check(value, name + ".");
    }

    /// Whether the value asks for nothing but what happens anyway.
    private static boolean saysTheUsual(String name, JsonNode value) {
        return switch (name) {
            case "n" -> value.isNumber() && value.doubleValue() == 1;
            case "presence_penalty", "frequency_penalty", "top_logprobs" ->
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
