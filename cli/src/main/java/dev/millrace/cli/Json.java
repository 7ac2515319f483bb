package dev.millrace.cli;

import dev.millrace.cli.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the gateway's JSON, trusting none of its types.
final class Json {

    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final JsonTree TREE = new JsonTree(MAPPER);

    private static final int LONGEST_SCALE = 100;

    private Json() {}

    /// The JSON object that a text is; empty if it is anything else, or holds a number whose
    /// exponent no decimal has.
    static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(TREE.read(text)).filter(JsonNode::isObject);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /// The objects in an array member; none if it is not an array.
    static List<JsonNode> objects(JsonNode parent, String name) {
        List<JsonNode> objects = new ArrayList<>();
        JsonNode array = parent.path(name);
        if (array.isArray()) {
            for (JsonNode element : array.values()) {
                if (element.isObject()) {
                    objects.add(element);
                }
            }
        }
        return objects;
    }

    /// The text of a string or number member; empty text where there is neither.
    static String text(JsonNode parent, String name) {
        JsonNode member = parent.path(name);
        if (member.isNumber()) {
            return written(member.decimalValue());
        }
        return member.isString() ? member.stringValue() : "";
    }

    /// The value of a whole-number member; 0 where there is none.
    static long count(JsonNode parent, String name) {
        JsonNode member = parent.path(name);
        return member.isIntegralNumber() ? member.asLong(0) : 0;
    }

    /// The exact value of a decimal member, a number or a string that holds one.
    static Optional<BigDecimal> decimal(JsonNode parent, String name) {
        String text = text(parent, name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Without an exponent, if the number is not absurd: a few characters may stand for a text that
    /// fills the memory.
    private static String written(BigDecimal value) {
        return Math.abs((long) value.scale()) > LONGEST_SCALE
                ? value.toString()
                : value.toPlainString();
    }

    /// A decimal without exponent and without trailing zeros.
    static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : written(value.stripTrailingZeros());
    }
}
