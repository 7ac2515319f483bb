package dev.millrace.simulated;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a [ChatAnswer] in OpenAI's form, whole or as the chunks of a stream.
///
/// @param id the completion's id, `created` its time in seconds since 1970
record ChatJson(String id, long created, ChatRequest request, ChatAnswer answer, boolean usage) {

    byte[] whole() {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("id", id).put("object", "chat.completion").put("created", created);
        root.put("model", request.model());
        ArrayNode choices = root.putArray("choices");
        for (int i = 0; i < request.choices(); i++) {
            ObjectNode choice = choices.addObject().put("index", i);
            ObjectNode turn = choice.putObject("message").put("role", "assistant");
            if (answer.toolName() == null) {
                turn.put("content", answer.text());
            } else {
                turn.putNull("content");
                turn.putArray("tool_calls")
                        .addObject()
                        .put("id", "call_" + id + "_" + i)
                        .put("type", "function")
                        .putObject("function")
                        .put("name", answer.toolName())
                        .put("arguments", answer.text());
            }
            turn.putNull("refusal");
            choice.putNull("logprobs").put("finish_reason", answer.finishReason());
        }
        if (usage) {
            root.set("usage", answer.usage(request));
        }
        root.put("system_fingerprint", "simulated");
        return Json.bytes(root);
    }

    /// The chunk that opens choice `index`.
    String opening(int index) {
        String delta =
                answer.toolName() == null
                        ? "{\"role\":\"assistant\",\"content\":\"\"}"
                        : "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_"
                                + id
                                + "_"
                                + index
                                + "\",\"type\":\"function\",\"function\":{\"name\":"
                                + Json.quoted(answer.toolName())
                                + ",\"arguments\":\"\"}}]}";
        return chunk(index, delta, "null");
    }

    /// The chunk with one token for choice `index`.
    String token(int index, String token) {
        String quoted = Json.quoted(token);
        return chunk(
                index,
                answer.toolName() == null
                        ? "{\"content\":" + quoted + "}"
                        : "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                                + quoted
                                + "}}]}",
                "null");
    }

    /// The chunk that ends choice `index`.
    String closing(int index) {
        return chunk(index, "{}", "\"" + answer.finishReason() + "\"");
    }

    /// The last chunk of a stream whose client asked for usage.
    String usageChunk() {
        return head() + "[],\"usage\":" + answer.usage(request) + "}";
    }

    private String chunk(int index, String delta, String finishReason) {
        return head()
                + "[{\"index\":"
                + index
                + ",\"delta\":"
                + delta
                + ",\"logprobs\":null,\"finish_reason\":"
                + finishReason
                + "}]"
                + (usage && request.includeUsage() ? ",\"usage\":null}" : "}");
    }

    private String head() {
        return "{\"id\":\""
                + id
                + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + created
                + ",\"model\":"
                + Json.quoted(request.model())
                + ",\"system_fingerprint\":\"simulated\",\"choices\":";
    }
}
