package dev.millrace.simulated;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The answers of `GET /v1/models`.
final class Models {
    private static final long CREATED = 1_767_225_600;

    private Models() {}

    static byte[] list(List<String> names) {
        ObjectNode root = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode entries = root.putArray("data");
        names.forEach(name -> describe(entries.addObject(), name));
        return Json.bytes(root);
    }

    static byte[] one(List<String> names, String name) throws RefusedRequest {
        if (!names.contains(name) && !names.contains("*")) {
            throw new RefusedRequest(
                    404,
                    "invalid_request_error",
                    "model",
                    "model_not_found",
                    "The model '" + name + "' does not exist.");
        }
        return Json.bytes(describe(Json.MAPPER.createObjectNode(), name));
    }

    private static ObjectNode describe(ObjectNode entry, String name) {
        return entry.put("id", name)
                .put("object", "model")
                .put("created", CREATED)
                .put("owned_by", "simulated");
    }
}
