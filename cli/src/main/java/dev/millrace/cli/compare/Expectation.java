package dev.millrace.cli.compare;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a good answer is.
public sealed interface Expectation {

    /// Whether an answer is as expected.
    boolean metBy(String answer);

    /// As files spell it.
    ObjectNode json();

    /// The answer is this text, blanks and line feeds around either aside.
    record Exact(String text) implements Expectation {

        @Override
        public boolean metBy(String answer) {
            return answer.strip().equals(text.strip());
        }

        @Override
        public ObjectNode json() {
            return JsonLine.MAPPER.createObjectNode().put("exact", text);
        }
    }

    /// The answer has each of these texts in it, in the same case and in any order.
    ///
    /// @param parts at least one
    record Contains(List<String> parts) implements Expectation {

        public Contains {
            parts = List.copyOf(parts);
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("no text to contain");
            }
        }

        @Override
        public boolean metBy(String answer) {
            return parts.stream().allMatch(answer::contains);
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = JsonLine.MAPPER.createObjectNode();
            parts.forEach(json.putArray("contains")::add);
            return json;
        }
    }

    /// The answer is this JSON value: members in any order, numbers by their value. A Markdown code
    /// block around the whole answer is taken off.
    record JsonEqual(JsonNode value) implements Expectation {

        private static final Pattern FENCED =
                Pattern.compile("```\\w*\\R(.*?)\\R?```", Pattern.DOTALL);

        /// Of two values that are not containers and not equal: 0 if they are so all the same.
        private static final Comparator<JsonNode> SCALARS =
                (one, other) -> {
                    if (one.isNumber() && other.isNumber()) {
                        BigDecimal number = one.decimalValue();
                        return number.compareTo(other.decimalValue());
                    }
                    return one.equals(other) ? 0 : 1;
                };

        @Override
        public boolean metBy(String answer) {
            String text = answer.strip();
            Matcher fenced = FENCED.matcher(text);
            try {
                JsonNode given = JsonLine.TREE.read(fenced.matches() ? fenced.group(1) : text);
                return value.equals(SCALARS, given);
            } catch (JacksonException _) {
                return false;
            }
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = JsonLine.MAPPER.createObjectNode();
            json.set("json", value);
            return json;
        }
    }
}
