package dev.millrace.cli.compare;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/// What every model is asked.
///
/// @param id names it, of all prompts it alone
/// @param messages as the API takes them; nobody changes them
/// @param expectation null where nothing is expected
public record Prompt(String id, ArrayNode messages, @Nullable Expectation expectation) {

    /// A question and nothing else.
    public static Prompt of(String id, String text) {
        ArrayNode messages = JsonLine.MAPPER.createArrayNode();
        messages.addObject().put("role", "user").put("content", text);
        return new Prompt(id, messages, null);
    }

    /// The same, after instructions. A prompt that has instructions of its own keeps those alone.
    public Prompt under(String instructions) {
        if (messages.path(0).path("role").asString("").equals("system")) {
            return this;
        }
        ArrayNode longer = JsonLine.MAPPER.createArrayNode();
        longer.addObject().put("role", "system").put("content", instructions);
        return new Prompt(id, longer.addAll(messages), expectation);
    }

    Prompt expecting(Expectation expected) {
        return new Prompt(id, messages, expected);
    }
}
