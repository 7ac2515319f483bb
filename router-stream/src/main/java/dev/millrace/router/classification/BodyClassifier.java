package dev.millrace.router.classification;

import dev.millrace.configuration.Capability;
import dev.millrace.router.routing.Needs;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads from a request's body what its target has to offer. A pure function of the bytes; keeps no
/// part of them. Thread-safe.
public final class BodyClassifier {

    /// In characters. As the HTTP API bounds it: names of models go on into statuses and metrics.
    private static final int LONGEST_MODEL_NAME = 256;

    /// OpenAI's API gives no more (`n`).
    private static final int MOST_CHOICES = 128;

    /// Bytes of English text and code for one token, rounded down so that the estimate errs
    /// upwards. Measured estimates lie within a quarter of the tokenizers' counts, at a hundredth
    /// of their cost.
    private static final int BYTES_PER_TOKEN = 4;

    /// What the chat format adds for each turn.
    private static final int TOKENS_PER_TURN = 4;

    /// What an image costs at the usual detail; its bytes say nothing about it.
    private static final int TOKENS_PER_IMAGE = 765;

    private final JsonFactory json = new JsonFactory();

    /// Classifies the body of a chat completion or an embedding.
    ///
    /// @throws MalformedBody if it is not what the API describes
    public Needs classify(ByteBuffer body, Capability operation) {
        ByteBuffer bytes = body.duplicate();
        byte[] array = bytes.hasArray() ? bytes.array() : copy(bytes);
        int start = bytes.hasArray() ? bytes.arrayOffset() + bytes.position() : 0;
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), array, start, body.remaining())) {
            Reading reading = new Reading(parser, operation);
            reading.read();
            return reading.needs();
        } catch (JacksonException e) {
            throw new MalformedBody("the body is not valid JSON: " + at(e), null);
        }
    }

    private static String at(JacksonException e) {
        return e.getLocation() == null
                ? "it ends too early"
                : "line "
                        + e.getLocation().getLineNr()
                        + ", column "
                        + e.getLocation().getColumnNr();
    }

    private static byte[] copy(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    /// One pass over one body.
    private static final class Reading {
        private final JsonParser parser;
        private final Set<Capability> capabilities;
        private @Nullable String model;
        private boolean stream;
        private @Nullable Long maxOutputTokens;
        private int choices = 1;
        private long promptBytes;
        private long extraTokens;

        Reading(JsonParser parser, Capability operation) {
            this.parser = parser;
            this.capabilities = EnumSet.of(operation);
        }

        Needs needs() {
            long tokens = promptBytes / BYTES_PER_TOKEN + extraTokens;
            if (stream) {
                capabilities.add(Capability.STREAMING);
            }
            return new Needs(model, stream, tokens, maxOutputTokens, choices, capabilities);
        }

        void read() {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedBody("the body must be a JSON object", null);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "model" -> model = modelName(name, value);
                    case "stream" -> stream = bool(name, value);
                    case "max_tokens", "max_completion_tokens" ->
                            maxOutputTokens = count(name, value);
                    case "n" -> choices = choices(value);
                    case "messages", "input" -> prompt();
                    case "tools", "functions" -> tools(value);
                    case "response_format" -> responseFormat(value);
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new MalformedBody("the body goes on after its JSON object", null);
            }
        }

        /// Adds up what a prompt's texts weigh. Images and sounds come as long texts that are no
        /// text.
        private void prompt() {
            int depth = 0;
            do {
                JsonToken token = parser.currentToken();
                switch (token) {
                    case START_OBJECT -> {
                        depth++;
                        extraTokens += depth <= 2 ? TOKENS_PER_TURN : 0;
                    }
                    case START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME -> medium(parser.currentName());
                    case VALUE_STRING -> promptBytes += parser.getStringLength();
                    case VALUE_NUMBER_INT -> extraTokens++;
                    default -> {}
                }
            } while (depth > 0 && parser.nextToken() != null);
        }

        private void medium(String name) {
            if (name.equals("image_url") || name.equals("input_audio") || name.equals("file")) {
                capabilities.add(Capability.VISION);
                extraTokens += TOKENS_PER_IMAGE;
                parser.nextToken();
                parser.skipChildren();
            }
        }

        private void tools(JsonToken value) {
            if (value != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            long before = promptBytes;
            prompt();
            if (promptBytes > before) {
                capabilities.add(Capability.TOOLS);
            }
        }

        private void responseFormat(JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean type = parser.currentName().equals("type");
                JsonToken token = parser.nextToken();
                if (type
                        && token == JsonToken.VALUE_STRING
                        && parser.getString().equals("json_schema")) {
                    capabilities.add(Capability.JSON_SCHEMA);
                }
                parser.skipChildren();
            }
        }

        private @Nullable String text(String name, JsonToken value) {
            return switch (value) {
                case VALUE_STRING -> parser.getString();
                case VALUE_NULL -> null;
                default -> throw new MalformedBody("'" + name + "' must be a string", name);
            };
        }

        private @Nullable String modelName(String name, JsonToken value) {
            String text = text(name, value);
            if (text != null && text.length() > LONGEST_MODEL_NAME) {
                throw new MalformedBody(
                        "'model' must have at most " + LONGEST_MODEL_NAME + " characters", name);
            }
            return text;
        }

        private boolean bool(String name, JsonToken value) {
            return switch (value) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE, VALUE_NULL -> false;
                default -> throw new MalformedBody("'" + name + "' must be true or false", name);
            };
        }

        /// Anything but a number in range is its provider's to judge.
        private int choices(JsonToken value) {
            boolean small =
                    value == JsonToken.VALUE_NUMBER_INT
                            && parser.getNumberType() == JsonParser.NumberType.INT;
            int number = small ? parser.getIntValue() : 1;
            parser.skipChildren();
            return Math.clamp(number, 1, MOST_CHOICES);
        }

        private @Nullable Long count(String name, JsonToken value) {
            if (value == JsonToken.VALUE_NULL) {
                return maxOutputTokens;
            }
            if (value != JsonToken.VALUE_NUMBER_INT
                    || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    || parser.getLongValue() < 1) {
                throw new MalformedBody("'" + name + "' must be a positive whole number", name);
            }
            return parser.getLongValue();
        }
    }
}
