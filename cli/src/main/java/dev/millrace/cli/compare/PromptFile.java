package dev.millrace.cli.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads prompts: a file of texts, one on each line; or of JSON lines, if the first starts with
/// `{`: `{"id": …, "prompt": "…"}` or `{"id": …, "messages": […]}`, both with an optional `system`
/// and `expect`. Without an id, a prompt is named for its line. Blank lines are nothing.
public final class PromptFile {

    private static final Set<String> MEMBERS =
            Set.of("id", "prompt", "messages", "system", "expect");

    private PromptFile() {}

    /// @param file its name, for errors
    /// @return at least one
    /// @throws UnreadableFile if anything in it is no prompt, or nothing is there
    public static List<Prompt> read(String file, String text) throws UnreadableFile {
        LineReader lines = new LineReader(file, text);
        boolean json = lines.json();
        Map<String, Prompt> prompts = new LinkedHashMap<>();
        lines.each((number, line) -> {
            String name = Integer.toString(number);
            Prompt prompt = json ? prompt(line, name) : Prompt.of(name, line);
            if (prompts.putIfAbsent(prompt.id(), prompt) != null) {
                throw new BadLine("another prompt has the id '" + prompt.id() + "'");
            }
        });
        if (prompts.isEmpty()) {
            throw lines.refused("there is no prompt in it");
        }
        return List.copyOf(prompts.values());
    }

    private static Prompt prompt(String line, String name) throws BadLine {
        ObjectNode object = JsonLine.object(line, MEMBERS);
        String id = JsonLine.id(object);
        Prompt bare =
                object.has("messages")
                        ? new Prompt(id == null ? name : id, messages(object), null)
                        : Prompt.of(id == null ? name : id, text(object));
        JsonNode system = object.path("system");
        Prompt prompt = system.isMissingNode() ? bare : bare.under(JsonLine.text(system, "system"));
        return new Prompt(prompt.id(), prompt.messages(), expectation(object));
    }

    private static @Nullable Expectation expectation(ObjectNode object) throws BadLine {
        JsonNode expect = object.path("expect");
        if (expect.isMissingNode()) {
            return null;
        }
        for (String name : expect.propertyNames()) {
            if (!ExpectationForm.MEMBERS.contains(name)) {
                throw new BadLine("'expect' has a member that it does not know: '" + name + "'");
            }
        }
        return ExpectationForm.read(expect);
    }

    private static String text(ObjectNode object) throws BadLine {
        if (!object.has("prompt")) {
            throw new BadLine("neither 'prompt' nor 'messages'");
        }
        return JsonLine.text(object.path("prompt"), "prompt");
    }

    private static ArrayNode messages(ObjectNode object) throws BadLine {
        if (object.has("prompt")) {
            throw new BadLine("both 'prompt' and 'messages'");
        }
        if (!(object.path("messages") instanceof ArrayNode messages) || messages.isEmpty()) {
            throw new BadLine("'messages' is not a list, or is empty");
        }
        for (JsonNode message : messages.values()) {
            if (!message.path("role").isString()) {
                throw new BadLine("a message without a 'role'");
            }
        }
        if (object.has("system") && messages.path(0).path("role").asString("").equals("system")) {
            throw new BadLine("both 'system' and a first message of that role");
        }
        return messages;
    }
}
