package dev.millrace.simulated;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes up a value that a JSON schema accepts, for forced tool calls and structured answers.
/// Understands what structured outputs allow: types, enums, constants, `anyOf`, local references,
/// and the bounds of numbers, strings and lists.
final class SchemaExample {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 16;

    private final JsonNode root;

    private SchemaExample(JsonNode root) {
        this.root = root;
    }

    static JsonNode of(JsonNode schema) {
        return new SchemaExample(schema).example(schema, 0);
    }

    private JsonNode example(JsonNode schema, int depth) {
        if (depth > DEEPEST) {
            return NODES.nullNode();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0);
        }
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").asString("");
            JsonNode target = reference.startsWith("#") ? root.at(reference.substring(1)) : schema;
            return target == schema ? NODES.nullNode() : example(target, depth + 1);
        }
        for (String choice : new String[] {"anyOf", "oneOf"}) {
            if (!schema.path(choice).isEmpty()) {
                return example(schema.path(choice).get(0), depth + 1);
            }
        }
        JsonNode type = schema.path("type");
        String name = type.isArray() ? type.path(0).asString("") : type.asString("");
        return switch (name) {
            case "string" -> NODES.stringNode(ExampleText.of(schema));
            case "integer" ->
                    NODES.numberNode(ExampleNumber.of(schema, BigDecimal.ONE).toBigInteger());
            case "number" -> NODES.numberNode(ExampleNumber.of(schema, null));
            case "boolean" -> NODES.booleanNode(true);
            case "null" -> NODES.nullNode();
            case "array" -> array(schema, depth);
            default -> object(schema, depth);
        };
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        int most = Math.clamp(schema.path("maxItems").asInt(8), 0, 8);
        int length = Math.min(Math.clamp(schema.path("minItems").asInt(1), 1, 8), most);
        for (int i = 0; i < length && schema.has("items"); i++) {
            array.add(example(schema.path("items"), depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        schema.path("properties")
                .properties()
                .forEach(entry -> object.set(entry.getKey(), example(entry.getValue(), depth + 1)));
        if (depth == 0 && !schema.has("properties")) {
            object.put("simulated", true);
        }
        return object;
    }
}
