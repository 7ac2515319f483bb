package dev.millrace.simulated;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The server's JSON: reading requests, writing answers and errors.
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /// @throws RefusedRequest if the bytes are not one JSON object
    static ObjectNode request(byte[] body) throws RefusedRequest {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(body);
        } catch (JacksonException _) {
            throw RefusedRequest.invalid(null, "We could not parse the JSON body of your request.");
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw RefusedRequest.invalid(null, "The body of the request is not a JSON object.");
    }

    /// @throws RefusedRequest if the member is missing or not a string
    static String model(ObjectNode request) throws RefusedRequest {
        JsonNode model = request.get("model");
        if (model == null || model.isNull()) {
            throw RefusedRequest.invalid("model", "you must provide a model parameter");
        }
        if (!model.isString() || model.stringValue().isBlank()) {
            throw RefusedRequest.invalid("model", "Invalid type for 'model': expected a string.");
        }
        return model.stringValue();
    }

    static byte[] error(
            String message, String type, @Nullable String param, @Nullable String code) {
        ObjectNode root = MAPPER.createObjectNode();
        root.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return bytes(root);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }
}
