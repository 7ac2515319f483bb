package dev.millrace.worker.dialect;

import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Collects the text that a model wrote, to estimate its tokens where the provider reports none:
/// content, reasoning, refusals, and the names and arguments of tool calls.
final class AnswerText {
    /// Beyond this an estimate gains nothing from more text; its length still counts.
    static final int LONGEST = 1 << 20;

    private static final Set<String> NOT_WRITTEN = Set.of("role", "id", "type", "finish_reason");

    private AnswerText() {}

    /// Collects from the object that the parser has just entered, to its end.
    ///
    /// @return whether there was anything
    static boolean collect(JsonParser parser, StringBuilder text) {
        boolean found = false;
        int depth = 1;
        while (depth > 0) {
            switch (parser.nextToken()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case VALUE_STRING -> {
                    String name = parser.currentName();
                    if (name == null || !NOT_WRITTEN.contains(name)) {
                        found |= append(parser, text);
                    }
                }
                case null -> {
                    return found;
                }
                default -> {}
            }
        }
        return found;
    }

    /// The text of the choices of a whole chat completion.
    static String of(byte[] body) {
        StringBuilder text = new StringBuilder();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean choices = "choices".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (choices && value == JsonToken.START_ARRAY) {
                    collect(parser, text);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException | Json.NotUtf8 _) {
            return text.toString();
        }
        return text.toString();
    }

    private static boolean append(JsonParser parser, StringBuilder text) {
        int length = parser.getStringLength();
        if (text.length() < LONGEST) {
            text.append(parser.getStringCharacters(), parser.getStringOffset(), length);
        }
        return length > 0;
    }
}
