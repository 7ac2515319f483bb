package dev.millrace.cli.compare;

import dev.millrace.cli.json.JsonTree;
import dev.millrace.cli.json.JsonTree.ExponentTooLarge;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads a line of a file of JSON lines.
final class JsonLine {

    static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    static final JsonTree TREE = new JsonTree(MAPPER);

    private JsonLine() {}

    /// The object that a line is.
    ///
    /// @param members that it may have
    /// @throws BadLine if it is anything else, or has another member
    static ObjectNode object(String line, Set<String> members) throws BadLine {
        JsonNode node;
        try {
            node = TREE.read(line);
        } catch (JacksonException e) {
            throw new BadLine(reason(e));
        }
        if (!(node instanceof ObjectNode object)) {
            throw new BadLine("not a JSON object");
        }
        for (String name : object.propertyNames()) {
            if (!members.contains(name)) {
                throw new BadLine(
                        "a member that is none of " + listed(members) + ": '" + name + "'");
            }
        }
        return object;
    }

    private static String reason(JacksonException e) {
        if (e instanceof ExponentTooLarge) {
            return e.getOriginalMessage();
        }
        if (String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")) {
            return "a member that is there twice";
        }
        return e.getLocation() == null
                ? "JSON that is nested too deep, or has too long a number"
                : "not JSON, at column " + e.getLocation().getColumnNr();
    }

    /// The id of a line; null where it has none.
    ///
    /// @throws BadLine if it is no text and no number
    static @Nullable String id(ObjectNode line) throws BadLine {
        JsonNode id = line.path("id");
        if (id.isMissingNode()) {
            return null;
        }
        String text = id.isString() ? id.stringValue() : id.isIntegralNumber() ? id.asString() : "";
        if (text.isBlank()) {
            throw new BadLine("'id' is neither a text nor a whole number");
        }
        return text;
    }

    /// The text of a member.
    ///
    /// @throws BadLine if it is none, or blank
    static String text(JsonNode value, String name) throws BadLine {
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new BadLine("'" + name + "' is not a text, or is empty");
        }
        return value.stringValue();
    }

    /// Names in the order of the alphabet, for a reader.
    static String listed(Collection<String> names) {
        List<String> sorted = names.stream().sorted().toList();
        return String.join(", ", sorted);
    }
}
