package dev.millrace.worker.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.canonical.Bodies;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Puts the choices of a streamed answer together again while its chunks pass by, so that they can
/// be checked when it has ended. For one thread.
public final class StreamedChoices {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// OpenAI's API answers with no more choices (`n`).
    private static final int MOST_CHOICES = 128;

    private static final class Choice {
        private final StringBuilder content = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private @Nullable String finishReason;
        private boolean callsTool;
    }

    private final Map<Integer, Choice> choices = new TreeMap<>();
    private int characters;
    private boolean incomplete;

    /// Takes more of the stream.
    ///
    /// @param chunks the JSON of one or more, each followed by a line feed; not changed
    public void add(byte[] chunks) {
        int from = 0;
        for (int at = 0; at < chunks.length && !incomplete; at++) {
            if (chunks[at] == '\n') {
                chunk(new String(chunks, from, at - from, UTF_8));
                from = at + 1;
            }
        }
    }

    /// Whether it cannot be checked: it is longer than is checked, or not all of it was understood.
    public boolean isIncomplete() {
        return incomplete;
    }

    /// The answer as it would have come whole, of which there is what [AnswerForm#check(JsonNode)]
    /// looks at; empty if it is incomplete.
    public Optional<JsonNode> whole() {
        if (incomplete) {
            return Optional.empty();
        }
        ObjectNode completion = NODES.objectNode();
        ArrayNode all = completion.putArray("choices");
        choices.values().forEach(choice -> add(all.addObject(), choice));
        return Optional.of(completion);
    }

    private static void add(ObjectNode to, Choice choice) {
        to.put("finish_reason", choice.finishReason);
        ObjectNode message = to.putObject("message");
        message.put("content", choice.content.toString());
        message.put("refusal", choice.refusal.toString());
        if (choice.callsTool) {
            message.putArray("tool_calls").addObject();
        }
    }

    private void chunk(String json) {
        JsonNode chunk = Bodies.tree(json);
        if (chunk == null) {
            incomplete = true;
            return;
        }
        for (JsonNode one : chunk.path("choices")) {
            int index = one.path("index").asInt(0);
            if (index < 0 || index >= MOST_CHOICES) {
                incomplete = true;
                return;
            }
            take(one, choices.computeIfAbsent(index, _ -> new Choice()));
        }
    }

    private void take(JsonNode one, Choice choice) {
        String finishReason = Bodies.text(one, "finish_reason");
        if (finishReason != null) {
            choice.finishReason = finishReason;
        }
        JsonNode delta = one.path("delta");
        append(choice.content, Bodies.text(delta, "content"));
        append(choice.refusal, Bodies.text(delta, "refusal"));
        choice.callsTool |=
                !delta.path("tool_calls").isEmpty() || !delta.path("function_call").isEmpty();
    }

    private void append(StringBuilder to, @Nullable String more) {
        if (more == null) {
            return;
        }
        characters += more.length();
        incomplete |= characters > AnswerForm.LONGEST;
        if (!incomplete) {
            to.append(more);
        }
    }
}
