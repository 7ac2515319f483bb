package dev.millrace.cli;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is asked of a model.
///
/// @param model null leaves the choice to the gateway
/// @param system instructions before the prompt; null for none
/// @param prompt the question
/// @param maxTokens the most that the answer may take; null for no limit of ours
/// @param stream whether the answer comes in chunks
record ChatRequest(
        @Nullable String model,
        @Nullable String system,
        String prompt,
        @Nullable Integer maxTokens,
        boolean stream) {

    /// The body of the HTTP request.
    byte[] json() {
        ObjectNode root = Json.MAPPER.createObjectNode();
        if (model != null) {
            root.put("model", model);
        }
        ArrayNode turns = root.putArray("messages");
        if (system != null) {
            turns.addObject().put("role", "system").put("content", system);
        }
        turns.addObject().put("role", "user").put("content", prompt);
        if (maxTokens != null) {
            root.put("max_tokens", maxTokens);
        }
        if (stream) {
            root.put("stream", true);
            root.putObject("stream_options").put("include_usage", true);
        }
        return Json.MAPPER.writeValueAsBytes(root);
    }
}
