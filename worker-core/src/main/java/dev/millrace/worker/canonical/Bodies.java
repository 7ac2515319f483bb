package dev.millrace.worker.canonical;

import java.math.BigDecimal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ValueNode;

/// JSON bodies as trees: numbers stay as they were written, and nothing follows the one value. What
/// holds a number too large or too small to work with, such as `1e999999999`, does not count as
/// JSON.
public final class Bodies {
    private static final int LONGEST_STRING = 64 * 1024 * 1024;

    /// More tokens than a call can use: such a report is wrong.
    private static final long MOST_TOKENS = 1_000_000_000L;

    /// The most zeros that an exponent stands for. Numbers are written out
    /// ([StreamWriteFeature#WRITE_BIGDECIMAL_AS_PLAIN]), and readers have limits: Jackson's is
    /// 1,000 digits.
    private static final int MOST_PLACES = 990;

    private static final class BoundedNumbers extends JsonNodeFactory {
        @Override
        public ValueNode numberNode(@Nullable BigDecimal value) {
            if (value != null && Math.abs((long) value.scale()) > MOST_PLACES) {
                throw new StreamConstraintsException("a number is out of range");
            }
            return super.numberNode(value);
        }
    }

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(LONGEST_STRING)
                                                    .build())
                                    .build())
                    .nodeFactory(new BoundedNumbers())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();
    private static final ObjectReader TREES = MAPPER.readerFor(JsonNode.class);

    private Bodies() {}

    /// The value that the bytes hold; null where they are not JSON.
    public static @Nullable JsonNode tree(byte[] json) {
        return orNull(() -> TREES.readValue(json));
    }

    /// The value that a text holds; null where it is not JSON.
    public static @Nullable JsonNode tree(String json) {
        return orNull(() -> TREES.readValue(json));
    }

    /// A [NumberFormatException] tells of an exponent that is no int.
    private static @Nullable JsonNode orNull(Supplier<JsonNode> reading) {
        try {
            return reading.get();
        } catch (JacksonException | NumberFormatException _) {
            return null;
        }
    }

    /// The JSON of a tree.
    public static byte[] bytes(JsonNode tree) {
        return MAPPER.writeValueAsBytes(tree);
    }

    /// A member's text; null where there is none.
    public static @Nullable String text(JsonNode holder, String name) {
        JsonNode value = holder.path(name);
        return value.isString() ? value.stringValue() : null;
    }

    /// A count of tokens or the like, some of which are written as `12.0`; 0 where there is none
    /// that makes sense.
    public static long tokens(JsonNode holder, String name) {
        JsonNode value = holder.path(name);
        boolean sound =
                value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong();
        return sound && value.longValue() >= 0 && value.longValue() <= MOST_TOKENS
                ? value.longValue()
                : 0;
    }

    static JsonNode object(byte[] body) throws Unmappable {
        JsonNode tree = tree(body);
        if (tree == null) {
            throw Unmappable.malformed(
                    null, "The body is not JSON, or has a number that is out of range.");
        }
        if (!tree.isObject()) {
            throw Unmappable.malformed(null, "The body is not a JSON object.");
        }
        return tree;
    }

    static @Nullable Integer count(JsonNode request, String name) throws Unmappable {
        JsonNode value = request.path(name);
        if (absent(value)) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw Unmappable.malformed(name, "'%s' must be a positive integer.".formatted(name));
        }
        return value.intValue();
    }

    static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
