package dev.millrace.worker.dialect;

import dev.millrace.worker.provider.Operation;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What is read of an answer that came whole.
///
/// @param valid whether it has the form of an answer to the operation
/// @param error whether it holds an error instead
/// @param finishReason of the first choice; null where it names none
/// @param usage the `usage` object; null where there is none
/// @param serviceTier that it was served at; null where it says nothing
record Answer(
        boolean valid,
        boolean error,
        @Nullable String finishReason,
        @Nullable UsageMember usage,
        @Nullable String serviceTier) {
    private static final Answer INVALID = new Answer(false, false, null, null, null);

    static Answer read(byte[] body, Operation operation) {
        String content =
                switch (operation) {
                    case CHAT_COMPLETION -> "choices";
                    case EMBEDDING -> "data";
                };
        try (JsonParser parser = Json.parser(body)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    ? members(parser, content)
                    : INVALID;
        } catch (JacksonException | Json.NotUtf8 _) {
            return INVALID;
        }
    }

    private static Answer members(JsonParser parser, String content) {
        boolean valid = false;
        boolean error = false;
        String finishReason = null;
        UsageMember usage = null;
        String serviceTier = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(content)) {
                valid = value == JsonToken.START_ARRAY;
                if (valid && name.equals("choices")) {
                    finishReason = finishReason(parser);
                } else {
                    parser.skipChildren();
                }
            } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
                usage = UsageMember.read(parser);
            } else if (name.equals("service_tier") && value == JsonToken.VALUE_STRING) {
                serviceTier = parser.getString();
            } else {
                error |= name.equals("error") && value != JsonToken.VALUE_NULL;
                parser.skipChildren();
            }
        }
        return new Answer(
                valid && parser.nextToken() == null, error, finishReason, usage, serviceTier);
    }

    /// Reads the array of choices to its end.
    private static @Nullable String finishReason(JsonParser parser) {
        String reason = null;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = reason == null && "finish_reason".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (wanted && value == JsonToken.VALUE_STRING) {
                    reason = parser.getString();
                } else {
                    parser.skipChildren();
                }
            }
        }
        return reason;
    }
}
