package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The client's body as it goes upstream: the same bytes, but for the model's name and, in a
/// stream, the request for usage.
///
/// @param bytes what is sent
/// @param usageAsked whether the client itself asked for usage in its stream
/// @param images in the messages
record RequestBody(byte[] bytes, boolean usageAsked, int images) {
    private static final byte[] TRUE = "true".getBytes(UTF_8);
    private static final byte[] ASK = "\"include_usage\":true".getBytes(UTF_8);
    private static final byte[] ASK_AND_MORE = "\"include_usage\":true,".getBytes(UTF_8);
    private static final byte[] OPTIONS = "{\"include_usage\":true}".getBytes(UTF_8);

    /// @param body the client's; not changed
    /// @param model the model's name at the provider
    /// @param stream whether chunks are asked for
    /// @throws Unmappable if the body is not one JSON object
    static RequestBody prepare(byte[] body, String model, boolean stream) throws Unmappable {
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Unmappable.malformed(null, "The body of the request is not a JSON object.");
            }
            return new Members(body, parser, model, stream).prepare();
        } catch (JacksonException | Json.NotUtf8 _) {
            throw Unmappable.malformed(null, "The body of the request is not valid JSON.");
        }
    }

    /// What is charged for, of what the provider reported or was estimated.
    ///
    /// @param serviceTier that the answer says it was served at; null where it says nothing
    TokenUsage billed(TokenUsage usage, @Nullable String serviceTier) {
        return images == 0 && serviceTier == null
                ? usage
                : usage.with(usage.details().withImages(images).withServiceTier(serviceTier));
    }

    /// Walks the top-level members.
    private static final class Members {
        private final Splice splice;
        private final JsonParser parser;
        private final String model;
        private final boolean stream;
        private final int inside;
        private boolean modelSeen;
        private boolean optionsSeen;
        private boolean usageAsked;
        private int images;
        private boolean empty = true;

        Members(byte[] body, JsonParser parser, String model, boolean stream) {
            this.splice = new Splice(body);
            this.parser = parser;
            this.model = model;
            this.stream = stream;
            this.inside = Json.start(parser) + 1;
        }

        RequestBody prepare() throws Unmappable {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                empty = false;
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "model" -> {
                        modelSeen = true;
                        int from = Json.start(parser);
                        splice.replace(from, Json.end(parser), Json.quoted(model));
                    }
                    case "stream_options" -> {
                        if (stream) {
                            optionsSeen = true;
                            options();
                        } else {
                            parser.skipChildren();
                        }
                    }
                    case "messages" -> messages();
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw Unmappable.malformed(
                        null, "The body of the request holds more than one JSON value.");
            }
            byte[] edited = splice.result();
            byte[] missing = missing();
            return new RequestBody(
                    missing.length == 0
                            ? edited
                            : new Splice(edited).replace(inside, inside, missing).result(),
                    usageAsked,
                    images);
        }

        /// Counts the parts of the messages that are images.
        private void messages() {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            int depth = 1;
            while (depth > 0) {
                switch (parser.nextToken()) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME ->
                            images += "image_url".equals(parser.currentName()) ? 1 : 0;
                    case null -> {
                        return;
                    }
                    default -> {}
                }
            }
        }

        private byte[] missing() {
            StringBuilder missing = new StringBuilder();
            if (!modelSeen) {
                missing.append("\"model\":").append(new String(Json.quoted(model), UTF_8));
            }
            if (stream && !optionsSeen) {
                missing.append(missing.isEmpty() ? "" : ",").append("\"stream_options\":");
                missing.append(new String(OPTIONS, UTF_8));
            }
            if (!missing.isEmpty() && !empty) {
                missing.append(',');
            }
            return missing.toString().getBytes(UTF_8);
        }

        private void options() {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                int from = Json.start(parser);
                splice.replace(from, Json.end(parser), OPTIONS);
                return;
            }
            int insideOptions = Json.start(parser) + 1;
            boolean bare = true;
            boolean mentioned = false;
            int from = insideOptions;
            int to = insideOptions;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                bare = false;
                boolean usage = "include_usage".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (usage) {
                    mentioned = true;
                    usageAsked = value == JsonToken.VALUE_TRUE;
                    from = Json.start(parser);
                    to = Json.end(parser);
                } else {
                    parser.skipChildren();
                }
            }
            if (!mentioned) {
                splice.replace(insideOptions, insideOptions, bare ? ASK : ASK_AND_MORE);
            } else if (!usageAsked) {
                splice.replace(from, to, TRUE);
            }
        }
    }
}
