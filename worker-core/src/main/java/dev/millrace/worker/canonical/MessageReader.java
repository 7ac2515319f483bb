package dev.millrace.worker.canonical;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the messages of a request. Other providers have the instructions apart from the turns, and
/// turns that alternate: system and developer messages are gathered in their order, tool results
/// become the user's, and neighbours of one role become one turn.
final class MessageReader {
    private final List<Part.Text> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final List<Part> open = new ArrayList<>();
    private final Map<String, String> called = new HashMap<>();
    private Turn.@Nullable Role speaker;
    private boolean usesTools;
    private int images;

    private MessageReader() {}

    static MessageReader read(JsonNode messages) throws Unmappable {
        if (!messages.isArray() || messages.isEmpty()) {
            throw Unmappable.malformed("messages", "'messages' must be an array with messages.");
        }
        MessageReader reader = new MessageReader();
        for (int i = 0; i < messages.size(); i++) {
            reader.message(messages.path(i), "messages[" + i + "]");
        }
        reader.endTurn();
        return reader;
    }

    List<Part.Text> system() {
        return system;
    }

    List<Turn> turns() {
        return turns;
    }

    /// Whether a turn calls a tool or answers such a call.
    boolean usesTools() {
        return usesTools;
    }

    int images() {
        return images;
    }

    private void message(JsonNode message, String at) throws Unmappable {
        JsonNode content = message.path("content");
        switch (message.path("role").asString("")) {
            case "system", "developer" ->
                    system.addAll(ContentReader.texts(content, at + ".content"));
            case "user" -> {
                List<Part> parts = ContentReader.parts(content, at + ".content");
                images += (int) parts.stream().filter(MessageReader::isImage).count();
                add(Turn.Role.USER, parts);
            }
            case "assistant" -> add(Turn.Role.ASSISTANT, assistant(message, at));
            case "tool" -> add(Turn.Role.USER, List.of(toolResult(message, at)));
            default ->
                    throw Unmappable.value(
                            at + ".role", "use system, developer, user, assistant or tool");
        }
    }

    private void add(Turn.Role role, List<Part> parts) {
        if (speaker != role) {
            endTurn();
            speaker = role;
        }
        open.addAll(parts);
    }

    private void endTurn() {
        if (speaker != null) {
            turns.add(new Turn(speaker, open));
            open.clear();
        }
    }

    private List<Part> assistant(JsonNode message, String at) throws Unmappable {
        for (String name : List.of("audio", "function_call")) {
            if (!Bodies.absent(message.path(name))) {
                throw Unmappable.member(at + "." + name);
            }
        }
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : message.path("thinking_blocks")) {
            parts.add(new Part.Thinking(block));
        }
        if (!Bodies.absent(message.path("content"))) {
            for (Part.Text text : ContentReader.texts(message.path("content"), at + ".content")) {
                // Beside tool calls an empty text is usual, and others do not take it.
                if (!text.text().isEmpty()) {
                    parts.add(text);
                }
            }
        }
        String refusal = Bodies.text(message, "refusal");
        if (refusal != null) {
            parts.add(new Part.Text(refusal, null));
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            parts.add(toolCall(calls.path(i), at + ".tool_calls[" + i + "]"));
        }
        if (parts.isEmpty()) {
            throw Unmappable.malformed(at + ".content", "A message needs content.");
        }
        return parts;
    }

    private Part toolCall(JsonNode call, String at) throws Unmappable {
        String id = Bodies.text(call, "id");
        String name = Bodies.text(call.path("function"), "name");
        if (id == null || name == null) {
            throw Unmappable.malformed(at, "A tool call needs an id and a function's name.");
        }
        usesTools = true;
        called.put(id, name);
        JsonNode extra = call.path("extra_content");
        return new Part.ToolCall(
                id,
                name,
                arguments(call.path("function").path("arguments"), at),
                extra.isObject() ? extra : null);
    }

    private static JsonNode arguments(JsonNode arguments, String at) throws Unmappable {
        String param = at + ".function.arguments";
        String text = arguments.asString("");
        JsonNode input = Bodies.tree(text.isBlank() ? "{}" : text);
        if (input == null || !input.isObject()) {
            throw Unmappable.malformed(param, "'%s' must hold a JSON object.".formatted(param));
        }
        return input;
    }

    private Part toolResult(JsonNode message, String at) throws Unmappable {
        String id = Bodies.text(message, "tool_call_id");
        if (id == null) {
            throw Unmappable.malformed(at + ".tool_call_id", "A tool's message needs a call's id.");
        }
        usesTools = true;
        return new Part.ToolResult(
                id, called.get(id), ContentReader.parts(message.path("content"), at + ".content"));
    }

    private static boolean isImage(Part part) {
        return part instanceof Part.ImageUrl
                || (part instanceof Part.Media media && media.is("image"));
    }
}
