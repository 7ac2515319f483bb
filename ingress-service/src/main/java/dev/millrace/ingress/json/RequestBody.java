package dev.millrace.ingress.json;

import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.intake.Asked;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Checks a request body in one pass over its bytes, without building a tree: that it is one JSON
/// object, and that the fields which Millrace relies on have the right types. Everything else is
/// passed over, and travels on as it is.
public final class RequestBody {

    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int LONGEST_MODEL_NAME = 256;

    private final JsonParser json;
    private final Set<String> seen = new HashSet<>();
    private @Nullable String model;
    private boolean stream;

    private RequestBody(JsonParser json) {
        this.json = json;
    }

    /// Checks a body.
    ///
    /// @throws Refused saying where the JSON is broken, or which field is wrong; never quotes the
    ///   body
    public static Asked check(byte[] body, Operation operation) throws Refused {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            return new RequestBody(parser).read(operation);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where =
                    at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Refused(
                    Refusal.invalid(
                            null,
                            "invalid_json",
                            "The request body is not valid JSON" + where + "."));
        }
    }

    private Asked read(Operation operation) throws Refused {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new Refused(
                    Refusal.invalid(
                            null, "invalid_json", "The request body must be a JSON object."));
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (operation) {
                case CHAT_COMPLETION -> chatField(name);
                case EMBEDDING -> embeddingField(name);
            }
        }
        if (json.nextToken() != null) {
            throw new Refused(
                    Refusal.invalid(
                            null,
                            "invalid_json",
                            "The request body goes on after the end of its JSON object."));
        }
        String content =
                switch (operation) {
                    case CHAT_COMPLETION -> "messages";
                    case EMBEDDING -> "input";
                };
        if (!seen.contains(content)) {
            throw new Refused(
                    Refusal.invalid(
                            content,
                            "missing_required_parameter",
                            "Missing required parameter: '" + content + "'."));
        }
        return new Asked(model, stream);
    }

    private void chatField(String name) throws Refused {
        switch (name) {
            case "model" -> model();
            case "messages" -> messages();
            case "stream" -> stream();
            case "stream_options" -> objectOrNull(name);
            case "n", "max_tokens", "max_completion_tokens" -> positiveOrNull(name);
            default -> json.skipChildren();
        }
    }

    private void embeddingField(String name) throws Refused {
        switch (name) {
            case "model" -> model();
            case "input" -> input();
            case "dimensions" -> positiveOrNull(name);
            default -> json.skipChildren();
        }
    }

    private void model() throws Refused {
        first("model");
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType("model", "a string");
        }
        String name = json.getString();
        if (name.isBlank() || name.length() > LONGEST_MODEL_NAME) {
            throw new Refused(
                    Refusal.invalid(
                            "model",
                            "invalid_value",
                            "'model' must have 1 to " + LONGEST_MODEL_NAME + " characters."));
        }
        model = name;
    }

    private void messages() throws Refused {
        first("messages");
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType("messages", "an array of objects");
        }
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw wrongType("messages[" + count + "]", "an object");
            }
            json.skipChildren();
            count++;
        }
        if (count == 0) {
            throw empty("messages");
        }
    }

    private void input() throws Refused {
        first("input");
        switch (json.currentToken()) {
            case VALUE_STRING -> {
                if (json.getStringLength() == 0) {
                    throw empty("input");
                }
            }
            case START_ARRAY -> inputs();
            default -> throw wrongType("input", "a string or an array");
        }
    }

    /// Strings, or token numbers, or arrays of token numbers; not a mixture.
    private void inputs() throws Refused {
        JsonToken kind = json.nextToken();
        if (kind == JsonToken.END_ARRAY) {
            throw empty("input");
        }
        if (kind != JsonToken.VALUE_STRING
                && kind != JsonToken.VALUE_NUMBER_INT
                && kind != JsonToken.START_ARRAY) {
            throw wrongType("input[0]", "a string, a token number or an array of token numbers");
        }
        int index = 0;
        for (JsonToken token = kind; token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != kind) {
                throw wrongType("input[" + index + "]", "of the same type as input[0]");
            }
            if (token == JsonToken.START_ARRAY) {
                tokenNumbers(index);
            }
            index++;
        }
    }

    private void tokenNumbers(int index) throws Refused {
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw wrongType("input[" + index + "][" + count + "]", "a token number");
            }
            count++;
        }
        if (count == 0) {
            throw empty("input[" + index + "]");
        }
    }

    private void stream() throws Refused {
        first("stream");
        stream =
                switch (json.currentToken()) {
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE, VALUE_NULL -> false;
                    default -> throw wrongType("stream", "a boolean");
                };
    }

    private void objectOrNull(String name) throws Refused {
        first(name);
        switch (json.currentToken()) {
            case START_OBJECT -> json.skipChildren();
            case VALUE_NULL -> {}
            default -> throw wrongType(name, "an object");
        }
    }

    private void positiveOrNull(String name) throws Refused {
        first(name);
        switch (json.currentToken()) {
            case VALUE_NULL -> {}
            case VALUE_NUMBER_INT -> {
                if (json.getBigIntegerValue().signum() <= 0) {
                    throw new Refused(
                            Refusal.invalid(
                                    name, "invalid_value", "'" + name + "' must be at least 1."));
                }
            }
            default -> throw wrongType(name, "an integer");
        }
    }

    /// A field twice would be one thing to the ingress and another to whoever reads it later.
    private void first(String name) throws Refused {
        if (!seen.add(name)) {
            throw new Refused(
                    Refusal.invalid(name, "duplicate_parameter", "'" + name + "' is given twice."));
        }
    }

    private static Refused wrongType(String name, String expected) {
        return new Refused(
                Refusal.invalid(
                        name,
                        "invalid_type",
                        "Invalid type for '" + name + "': expected " + expected + "."));
    }

    private static Refused empty(String name) {
        return new Refused(
                Refusal.invalid(name, "empty_array", "'" + name + "' must not be empty."));
    }
}
