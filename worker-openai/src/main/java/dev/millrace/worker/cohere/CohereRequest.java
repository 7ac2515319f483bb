package dev.millrace.worker.cohere;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.ImageDetail;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Sampling;
import dev.millrace.worker.canonical.Tool;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat request as Cohere takes it.
record CohereRequest(ChatRequest chat) {
    private static final Set<String> IMAGES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    /// Members that are Cohere's own.
    private static final List<String> OWN =
            List.of("thinking", "safety_mode", "citation_options", "documents", "priority");

    byte[] json(String model, boolean stream) throws Unmappable {
        ObjectNode request = node().put("model", model);
        if (stream) {
            request.put("stream", true);
        }
        messages(request.putArray("messages"));
        sampling(request);
        tools(request);
        switch (chat.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ ->
                    request.putObject("response_format").put("type", "json_object");
            case AnswerFormat.Schema schema ->
                    request.putObject("response_format")
                            .put("type", "json_object")
                            .set("json_schema", schema.schema());
        }
        effort(request);
        for (String name : OWN) {
            JsonNode value = chat.json().path(name);
            if (!value.isMissingNode() && !value.isNull()) {
                request.set(name, value);
            }
        }
        return Bodies.bytes(request);
    }

    private void messages(ArrayNode messages) throws Unmappable {
        if (!chat.system().isEmpty()) {
            ArrayNode content = message(messages, "system").putArray("content");
            for (Part.Text text : chat.system()) {
                content.add(text(text.text()));
            }
        }
        for (Turn turn : chat.turns()) {
            switch (turn.role()) {
                case USER -> user(messages, turn);
                case ASSISTANT -> assistant(message(messages, "assistant"), turn);
            }
        }
    }

    /// Cohere has tool results in messages of their own.
    private static void user(ArrayNode messages, Turn turn) throws Unmappable {
        ArrayNode content = null;
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                content = null;
                ObjectNode message = message(messages, "tool");
                message.put("tool_call_id", result.callId());
                ArrayNode pieces = message.putArray("content");
                for (Part piece : result.content()) {
                    pieces.add(result(piece));
                }
            } else {
                content = content == null ? message(messages, "user").putArray("content") : content;
                content.add(said(part));
            }
        }
    }

    private static ObjectNode said(Part part) throws Unmappable {
        return switch (part) {
            case Part.Text text -> text(text.text());
            case Part.Media media -> {
                if (!IMAGES.contains(media.mediaType())) {
                    throw Unmappable.value(media.at(), "it takes PNG, JPEG, GIF and WebP");
                }
                yield image(
                        "data:" + media.mediaType() + ";base64," + media.base64(),
                        media.detail(),
                        media.at());
            }
            case Part.ImageUrl image -> image(image.url(), image.detail(), image.at());
            case Part.ToolCall _, Part.ToolResult _, Part.Thinking _ ->
                    throw new IllegalStateException("not the user's");
        };
    }

    private static ObjectNode result(Part piece) throws Unmappable {
        return switch (piece) {
            case Part.Text text -> text(text.text());
            case Part.Media media -> throw Unmappable.value(media.at(), "a tool gives back text");
            case Part.ImageUrl image ->
                    throw Unmappable.value(image.at(), "a tool gives back text");
            case Part.ToolCall _, Part.ToolResult _, Part.Thinking _ ->
                    throw new IllegalStateException("not a tool's");
        };
    }

    private static void assistant(ObjectNode message, Turn turn) throws Unmappable {
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        ArrayNode calls = JsonNodeFactory.instance.arrayNode();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.Text text -> content.add(text(text.text()));
                case Part.Thinking thinking -> content.add(thought(thinking.block()));
                case Part.ToolCall call ->
                        calls.addObject()
                                .put("id", call.id())
                                .put("type", "function")
                                .putObject("function")
                                .put("name", call.name())
                                .put("arguments", call.arguments().toString());
                case Part.Media _, Part.ImageUrl _, Part.ToolResult _ ->
                        throw new IllegalStateException("not the assistant's");
            }
        }
        if (!content.isEmpty()) {
            message.set("content", content);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    /// Cohere's own words; what another provider signed or hid is none of them.
    private static ObjectNode thought(JsonNode block) throws Unmappable {
        String words = Bodies.text(block, "thinking");
        if (words == null || block.has("signature")) {
            throw Unmappable.member("messages.thinking_blocks");
        }
        return node().put("type", "thinking").put("thinking", words);
    }

    private void sampling(ObjectNode request) {
        Sampling sampling = chat.sampling();
        if (sampling.maxTokens() != null) {
            request.put("max_tokens", sampling.maxTokens());
        }
        if (sampling.temperature() != null) {
            request.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            request.put("p", sampling.topP());
        }
        if (chat.json().hasNonNull("top_k")) {
            request.set("k", chat.json().path("top_k"));
        }
        if (sampling.presencePenalty() != null) {
            request.put("presence_penalty", sampling.presencePenalty());
        }
        if (sampling.frequencyPenalty() != null) {
            request.put("frequency_penalty", sampling.frequencyPenalty());
        }
        if (sampling.seed() != null) {
            request.put("seed", sampling.seed());
        }
        if (chat.topLogprobs() != null) {
            request.put("logprobs", true);
        }
        if (!sampling.stops().isEmpty()) {
            ArrayNode stops = request.putArray("stop_sequences");
            sampling.stops().forEach(stops::add);
        }
    }

    /// Cohere cannot be told which function to call: it is offered that one alone, and has to call
    /// one. It is strict about all functions or about none: one that the client wants to be strict
    /// makes all of them so.
    private void tools(ObjectNode request) throws Unmappable {
        List<Tool> offered = chat.tools();
        String choice = null;
        switch (chat.toolChoice()) {
            case ToolChoice.Auto _ -> {}
            case ToolChoice.None _ -> choice = "NONE";
            case ToolChoice.Required _ -> choice = "REQUIRED";
            case ToolChoice.Named named -> {
                choice = "REQUIRED";
                offered =
                        offered.stream().filter(tool -> tool.name().equals(named.name())).toList();
                if (offered.isEmpty()) {
                    throw Unmappable.malformed(
                            "tool_choice", "'tool_choice' names a function that is not offered.");
                }
            }
        }
        if (offered.isEmpty()) {
            return;
        }
        ArrayNode tools = request.putArray("tools");
        offered.forEach(tool -> tools.add(tool(tool)));
        if (offered.stream().anyMatch(Tool::strict)) {
            request.put("strict_tools", true);
        }
        if (choice != null) {
            request.put("tool_choice", choice);
        }
    }

    private static ObjectNode tool(Tool tool) {
        ObjectNode entry = node().put("type", "function");
        ObjectNode function = entry.putObject("function").put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        if (tool.parameters() == null) {
            function.putObject("parameters").put("type", "object").putObject("properties");
        } else {
            function.set("parameters", tool.parameters());
        }
        return entry;
    }

    /// Cohere's models think or do not, as their compatibility API has it:
    /// <https://docs.cohere.com/docs/compatibility-api>.
    private void effort(ObjectNode request) throws Unmappable {
        String effort = chat.reasoningEffort();
        if (effort == null) {
            return;
        }
        if (!effort.equals("none") && !effort.equals("high")) {
            throw Unmappable.value(
                    "reasoning_effort", "use 'none', 'high', or 'thinking' with a token budget");
        }
        if (chat.json().hasNonNull("thinking")) {
            throw Unmappable.value("reasoning_effort", "'thinking' says the same");
        }
        request.putObject("thinking").put("type", effort.equals("none") ? "disabled" : "enabled");
    }

    private static ObjectNode message(ArrayNode messages, String role) {
        return messages.addObject().put("role", role);
    }

    private static ObjectNode image(String url, @Nullable ImageDetail detail, String at)
            throws Unmappable {
        if (detail == ImageDetail.ORIGINAL) {
            throw Unmappable.value(at + ".detail", "use 'auto', 'low' or 'high'");
        }
        ObjectNode block = node().put("type", "image_url");
        ObjectNode image = block.putObject("image_url").put("url", url);
        if (detail != null) {
            image.put("detail", detail.spelling());
        }
        return block;
    }

    private static ObjectNode text(String text) {
        return node().put("type", "text").put("text", text);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
