package dev.millrace.worker.bedrock;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads the messages of a request. Converse has its instructions apart from the turns, and its
/// turns alternate: system and developer messages are gathered in their order, tool results become
/// the user's, and neighbours of one role become one turn.
final class MessageReader {
    private final List<SystemContentBlock> system = new ArrayList<>();
    private final List<Message> turns = new ArrayList<>();
    private boolean usesTools;

    private MessageReader() {}

    static MessageReader read(JsonNode messages) throws Unmappable {
        if (!messages.isArray() || messages.isEmpty()) {
            throw Unmappable.malformed("messages", "'messages' must be an array with messages.");
        }
        MessageReader reader = new MessageReader();
        for (int i = 0; i < messages.size(); i++) {
            reader.message(messages.path(i), "messages[" + i + "]");
        }
        return reader;
    }

    List<SystemContentBlock> system() {
        return system;
    }

    List<Message> turns() {
        return turns;
    }

    /// Whether a turn calls a tool or answers such a call.
    boolean usesTools() {
        return usesTools;
    }

    private void message(JsonNode message, String at) throws Unmappable {
        JsonNode content = message.path("content");
        switch (message.path("role").asString("")) {
            case "system", "developer" -> {
                for (String text : ContentReader.texts(content, at + ".content")) {
                    system.add(SystemContentBlock.fromText(text));
                }
            }
            case "user" -> add(ConversationRole.USER, ContentReader.blocks(content, at));
            case "assistant" -> add(ConversationRole.ASSISTANT, assistant(message, at));
            case "tool" -> add(ConversationRole.USER, List.of(toolResult(message, at)));
            default ->
                    throw Unmappable.value(
                            at + ".role", "use system, developer, user, assistant or tool");
        }
    }

    private void add(ConversationRole role, List<ContentBlock> content) {
        Message last = turns.isEmpty() ? null : turns.getLast();
        List<ContentBlock> blocks = new ArrayList<>();
        if (last != null && last.role() == role) {
            blocks.addAll(last.content());
            turns.removeLast();
        }
        blocks.addAll(content);
        turns.add(Message.builder().role(role).content(blocks).build());
    }

    private List<ContentBlock> assistant(JsonNode message, String at) throws Unmappable {
        for (String name : List.of("audio", "function_call")) {
            if (!ConversationReader.absent(message.path(name))) {
                throw Unmappable.member(at + "." + name);
            }
        }
        List<ContentBlock> blocks = new ArrayList<>();
        if (!ConversationReader.absent(message.path("content"))) {
            for (String text : ContentReader.texts(message.path("content"), at + ".content")) {
                // Converse takes no empty text; beside tool calls it is usual.
                if (!text.isEmpty()) {
                    blocks.add(ContentBlock.fromText(text));
                }
            }
        }
        if (message.path("refusal").isString()) {
            blocks.add(ContentBlock.fromText(message.path("refusal").stringValue()));
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            blocks.add(toolUse(calls.path(i), at + ".tool_calls[" + i + "]"));
        }
        if (blocks.isEmpty()) {
            throw Unmappable.malformed(at + ".content", "A message needs content.");
        }
        return blocks;
    }

    private ContentBlock toolUse(JsonNode call, String at) throws Unmappable {
        JsonNode id = call.path("id");
        JsonNode name = call.path("function").path("name");
        if (!id.isString() || !name.isString()) {
            throw Unmappable.malformed(at, "A tool call needs an id and a function's name.");
        }
        usesTools = true;
        return ContentBlock.fromToolUse(
                ToolUseBlock.builder()
                        .toolUseId(id.stringValue())
                        .name(name.stringValue())
                        .input(arguments(call.path("function").path("arguments"), at))
                        .build());
    }

    private static Document arguments(JsonNode arguments, String at) throws Unmappable {
        String param = at + ".function.arguments";
        String text = arguments.asString("");
        JsonNode input;
        try {
            input = Documents.MAPPER.readTree(text.isBlank() ? "{}" : text);
        } catch (JacksonException _) {
            throw Unmappable.malformed(param, "'%s' must hold JSON.".formatted(param));
        }
        if (!input.isObject()) {
            throw Unmappable.malformed(param, "'%s' must hold a JSON object.".formatted(param));
        }
        return Documents.of(input);
    }

    private ContentBlock toolResult(JsonNode message, String at) throws Unmappable {
        JsonNode id = message.path("tool_call_id");
        if (!id.isString()) {
            throw Unmappable.malformed(at + ".tool_call_id", "A tool's message needs a call's id.");
        }
        usesTools = true;
        return ContentBlock.fromToolResult(
                ToolResultBlock.builder()
                        .toolUseId(id.stringValue())
                        .content(ContentReader.toolResults(message.path("content"), at))
                        .build());
    }
}
