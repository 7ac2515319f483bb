package dev.millrace.worker.anthropic;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Sampling;
import dev.millrace.worker.canonical.Tool;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat request as the Messages API takes it.
public record MessagesRequest(ChatRequest chat) {
    /// What every model of Anthropic's takes for its longest answer, in tokens.
    public static final int EVERY_MODELS_LONGEST = 4096;

    /// Beside what every provider of chat has.
    private static final Set<String> ALSO =
            Set.of(
                    "parallel_tool_calls",
                    "reasoning_effort",
                    "service_tier",
                    "thinking",
                    "top_k",
                    "cache_control");

    private static final Set<String> IMAGES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    /// Reads what these requests are written from.
    ///
    /// @param dropping whether what is not supported is left out
    public static ChatReader reader(boolean dropping) {
        return new ChatReader(Members.chatAnd(ALSO, dropping));
    }

    /// @param longest the answer's most tokens where the client names none
    byte[] json(String model, boolean stream, int longest) throws Unmappable {
        ObjectNode request = body(longest);
        request.put("model", model);
        if (stream) {
            request.put("stream", true);
        }
        return Bodies.bytes(request);
    }

    /// The request without its model, and without whether it is to be streamed.
    ///
    /// @param longest the answer's most tokens where the client names none
    /// @throws Unmappable if it asks for what the Messages API does not have
    public ObjectNode body(int longest) throws Unmappable {
        ObjectNode request = node();
        Sampling sampling = chat.sampling();
        request.put("max_tokens", sampling.maxTokens() == null ? longest : sampling.maxTokens());
        ArrayNode system = system();
        if (!system.isEmpty()) {
            request.set("system", system);
        }
        ArrayNode messages = request.putArray("messages");
        for (Turn turn : chat.turns()) {
            ObjectNode message = messages.addObject();
            message.put("role", turn.role().name().toLowerCase(Locale.ROOT));
            ArrayNode content = message.putArray("content");
            for (Part part : turn.parts()) {
                content.add(block(part));
            }
        }
        if (sampling.temperature() != null) {
            request.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            request.put("top_p", sampling.topP());
        }
        if (!sampling.stops().isEmpty()) {
            ArrayNode stops = request.putArray("stop_sequences");
            sampling.stops().forEach(stops::add);
        }
        tools(request);
        effort(request);
        own(request);
        return request;
    }

    private ArrayNode system() {
        ArrayNode system = JsonNodeFactory.instance.arrayNode();
        for (Part.Text text : chat.system()) {
            system.add(marked(text(text.text()), text.cacheControl()));
        }
        if (chat.format() instanceof AnswerFormat.JsonObject) {
            system.add(text(AnswerFormat.JsonObject.INSTRUCTION));
        }
        return system;
    }

    private static ObjectNode block(Part part) throws Unmappable {
        return switch (part) {
            case Part.Text text -> marked(text(text.text()), text.cacheControl());
            case Part.Media media -> marked(media(media), media.cacheControl());
            case Part.ImageUrl image -> {
                ObjectNode block = node().put("type", "image");
                block.putObject("source").put("type", "url").put("url", image.url());
                yield marked(block, image.cacheControl());
            }
            case Part.ToolCall call -> {
                ObjectNode block = node().put("type", "tool_use");
                block.put("id", call.id()).put("name", call.name());
                yield block.set("input", call.arguments());
            }
            case Part.ToolResult result -> {
                ObjectNode block = node().put("type", "tool_result");
                block.put("tool_use_id", result.callId());
                ArrayNode content = block.putArray("content");
                for (Part piece : result.content()) {
                    content.add(block(piece));
                }
                yield block;
            }
            case Part.Thinking thinking -> (ObjectNode) thinking.block();
        };
    }

    private static ObjectNode media(Part.Media media) throws Unmappable {
        boolean image = IMAGES.contains(media.mediaType());
        if (!image && !media.mediaType().equals("application/pdf")) {
            throw Unmappable.value(media.at(), "it takes PNG, JPEG, GIF, WebP and PDF");
        }
        ObjectNode block = node().put("type", image ? "image" : "document");
        block.putObject("source")
                .put("type", "base64")
                .put("media_type", media.mediaType())
                .put("data", media.base64());
        return block;
    }

    private void tools(ObjectNode request) {
        if (chat.tools().isEmpty()) {
            return;
        }
        ArrayNode tools = request.putArray("tools");
        for (Tool tool : chat.tools()) {
            ObjectNode entry = tools.addObject().put("name", tool.name());
            if (tool.description() != null) {
                entry.put("description", tool.description());
            }
            if (tool.parameters() == null) {
                entry.putObject("input_schema").put("type", "object").putObject("properties");
            } else {
                entry.set("input_schema", tool.parameters());
            }
            if (tool.strict()) {
                entry.put("strict", true);
            }
            marked(entry, tool.cacheControl());
        }
        ObjectNode choice =
                switch (chat.toolChoice()) {
                    case ToolChoice.Auto _ -> node().put("type", "auto");
                    case ToolChoice.None _ -> node().put("type", "none");
                    case ToolChoice.Required _ -> node().put("type", "any");
                    case ToolChoice.Named named ->
                            node().put("type", "tool").put("name", named.name());
                };
        boolean calls = !(chat.toolChoice() instanceof ToolChoice.None);
        if (calls && !chat.parallelToolCalls()) {
            choice.put("disable_parallel_tool_use", true);
        }
        request.set("tool_choice", choice);
    }

    /// How hard the model thinks, and the form of its answer.
    private void effort(ObjectNode request) throws Unmappable {
        ObjectNode output = node();
        String effort = chat.reasoningEffort();
        if (effort != null && !effort.equals("none")) {
            output.put("effort", effort.equals("minimal") ? "low" : effort);
            request.putObject("thinking").put("type", "adaptive");
        }
        if (chat.format() instanceof AnswerFormat.Schema schema) {
            output.putObject("format").put("type", "json_schema").set("schema", schema.schema());
        }
        if (!output.isEmpty()) {
            request.set("output_config", output);
        }
        String tier = Bodies.text(chat.json(), "service_tier");
        if (tier != null) {
            request.put(
                    "service_tier",
                    switch (tier) {
                        case "auto" -> "auto";
                        case "default", "standard_only" -> "standard_only";
                        default ->
                                throw Unmappable.value("service_tier", "use 'auto' or 'default'");
                    });
        }
    }

    /// Members that are Anthropic's own, and the user's name.
    private void own(ObjectNode request) {
        for (String name : new String[] {"thinking", "top_k", "cache_control"}) {
            JsonNode value = chat.json().path(name);
            if (!value.isMissingNode() && !value.isNull()) {
                request.set(name, value);
            }
        }
        String user = Bodies.text(chat.json(), "user");
        if (user != null) {
            request.putObject("metadata").put("user_id", user);
        }
    }

    private static ObjectNode text(String text) {
        return node().put("type", "text").put("text", text);
    }

    private static ObjectNode marked(ObjectNode block, @Nullable JsonNode cacheControl) {
        if (cacheControl != null) {
            block.set("cache_control", cacheControl);
        }
        return block;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
