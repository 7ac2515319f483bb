package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Shows a record as JSON. Bytes are the JSON or the text that they hold, or hexadecimal digits.
final class ValueJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ValueJson() {}

    /// A record, over several lines.
    static String of(IndexedRecord record) {
        return pretty(node(record));
    }

    /// Bytes that are no record of ours: over several lines where they hold JSON.
    static String of(byte[] bytes) {
        return text(bytes).flatMap(Json::object).map(ValueJson::pretty).orElseGet(() -> hex(bytes));
    }

    private static String pretty(JsonNode node) {
        return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    }

    private static JsonNode node(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case IndexedRecord record -> {
                ObjectNode object = NODES.objectNode();
                for (Schema.Field field : record.getSchema().getFields()) {
                    object.set(field.name(), node(record.get(field.pos())));
                }
                yield object;
            }
            case Collection<?> elements -> {
                ArrayNode array = NODES.arrayNode();
                elements.forEach(element -> array.add(node(element)));
                yield array;
            }
            case Map<?, ?> entries -> {
                ObjectNode object = NODES.objectNode();
                entries.forEach((key, element) -> object.set(String.valueOf(key), node(element)));
                yield object;
            }
            case ByteBuffer buffer -> bytes(LetterValues.bytes(buffer));
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            default -> NODES.stringNode(value.toString());
        };
    }

    private static JsonNode bytes(byte[] bytes) {
        Optional<String> text = text(bytes);
        return text.flatMap(Json::object)
                .orElseGet(() -> NODES.stringNode(text.orElseGet(() -> hex(bytes))));
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
