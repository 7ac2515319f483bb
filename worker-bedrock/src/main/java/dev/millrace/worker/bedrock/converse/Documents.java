package dev.millrace.worker.bedrock.converse;

import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.document.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON as the SDK's documents, and back. The order of members stays.
final class Documents {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Documents() {}

    static Document of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Map<String, Document> members = new LinkedHashMap<>();
                json.properties()
                        .forEach(member -> members.put(member.getKey(), of(member.getValue())));
                yield Document.fromMap(members);
            }
            case ARRAY -> Document.fromList(json.values().stream().map(Documents::of).toList());
            case STRING -> Document.fromString(json.stringValue());
            case BOOLEAN -> Document.fromBoolean(json.booleanValue());
            case NUMBER -> Document.fromNumber(SdkNumber.fromString(json.numberValue().toString()));
            case NULL, MISSING, BINARY, POJO -> Document.fromNull();
        };
    }

    static JsonNode json(Document document) {
        if (document.isMap()) {
            ObjectNode object = NODES.objectNode();
            document.asMap().forEach((name, value) -> object.set(name, json(value)));
            return object;
        }
        if (document.isList()) {
            ArrayNode array = NODES.arrayNode();
            document.asList().forEach(value -> array.add(json(value)));
            return array;
        }
        if (document.isString()) {
            return NODES.stringNode(document.asString());
        }
        if (document.isBoolean()) {
            return NODES.booleanNode(document.asBoolean());
        }
        if (document.isNumber()) {
            return MAPPER.readTree(document.asNumber().stringValue());
        }
        return NODES.nullNode();
    }
}
