package dev.millrace.worker.dialect;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What is read of one chunk of a stream.
///
/// @param error whether it is an error event
/// @param content whether it carries something that a client would show
/// @param adds whether a choice's delta has any member
/// @param finishReason null where it ends no choice
/// @param bare whether it has no choices: the chunk that reports usage
/// @param usage the `usage` object; null where there is none, or it is null
/// @param serviceTier that it was served at; null where it says nothing
/// @param cutFrom where to cut so that the `usage` member is gone; -1 without one
/// @param cutTo where that cut ends
record StreamChunk(
        boolean error,
        boolean content,
        boolean adds,
        @Nullable String finishReason,
        boolean bare,
        @Nullable UsageMember usage,
        @Nullable String serviceTier,
        int cutFrom,
        int cutTo) {

    /// The length of `{}`.
    private static final int EMPTY = 2;

    /// Reads a chunk.
    ///
    /// @param text takes the text that the chunk adds to the answer
    /// @return null if the bytes are not one JSON object
    static @Nullable StreamChunk read(byte[] json, StringBuilder text) {
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            return new Reader(parser, text).read();
        } catch (JacksonException | Json.NotUtf8 _) {
            return null;
        }
    }

    private static final class Reader {
        private final JsonParser parser;
        private final StringBuilder text;
        private boolean error;
        private boolean bare = true;
        private @Nullable UsageMember usage;
        private @Nullable String serviceTier;
        private int cutFrom = -1;
        private int cutTo = -1;
        private @Nullable String finishReason;
        private boolean content;
        private boolean adds;

        Reader(JsonParser parser, StringBuilder text) {
            this.parser = parser;
            this.text = text;
        }

        @Nullable StreamChunk read() {
            int lastEnd = -1;
            boolean cutAtNextName = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                int nameStart = Json.start(parser);
                if (cutAtNextName) {
                    cutTo = nameStart;
                    cutAtNextName = false;
                }
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "usage" -> {
                        if (value == JsonToken.START_OBJECT) {
                            usage = UsageMember.read(parser);
                        }
                        cutFrom = lastEnd < 0 ? nameStart : lastEnd;
                        cutTo = Json.end(parser);
                        cutAtNextName = lastEnd < 0;
                    }
                    case "choices" -> {
                        if (value == JsonToken.START_ARRAY) {
                            choices();
                        }
                    }
                    case "service_tier" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            serviceTier = parser.getString();
                        }
                    }
                    case "error" -> error |= value != JsonToken.VALUE_NULL;
                    default -> {}
                }
                lastEnd = Json.end(parser);
            }
            return parser.nextToken() == null
                    ? new StreamChunk(
                            error,
                            content,
                            adds,
                            finishReason,
                            bare,
                            usage,
                            serviceTier,
                            cutFrom,
                            cutTo)
                    : null;
        }

        private void choices() {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                bare = false;
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    choice();
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void choice() {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("finish_reason") && value == JsonToken.VALUE_STRING) {
                    finishReason = parser.getString();
                } else if (name.equals("delta") && value == JsonToken.START_OBJECT) {
                    int from = Json.start(parser);
                    content |= AnswerText.collect(parser, text);
                    adds |= Json.end(parser) - from > EMPTY;
                } else {
                    parser.skipChildren();
                }
            }
        }
    }
}
