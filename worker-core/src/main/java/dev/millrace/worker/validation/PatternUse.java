package dev.millrace.worker.validation;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which patterns a schema has. A pattern that cannot be matched is taken to match anything, which
/// is harmless where a match makes a value valid, and wrong where it makes one invalid.
final class PatternUse {

    /// Keywords below which a match can make a value invalid.
    private static final Set<String> TURNING = Set.of("not", "oneOf", "if", "contains");

    private boolean turning;
    private boolean unmatchable;
    private boolean unmatchableName;
    private long size;

    private PatternUse() {}

    /// Names are taken for keywords wherever they stand, also where they are a property's: in doubt
    /// a schema is not checked.
    static PatternUse of(JsonNode schema) {
        PatternUse use = new PatternUse();
        use.read(schema);
        return use;
    }

    /// Whether a check says nothing that the schema does not say, at a bounded cost.
    boolean checkable() {
        return size <= PatternSize.LARGEST && !unmatchableName && !(unmatchable && turning);
    }

    private void read(JsonNode node) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            turning |= TURNING.contains(name);
            if (name.equals("pattern") && value.isString()) {
                unmatchable |= !matchable(value.stringValue());
            } else if (name.equals("patternProperties")) {
                for (String pattern : value.propertyNames()) {
                    unmatchableName |= !matchable(pattern);
                }
            }
            read(value);
        }
        if (node.isArray()) {
            node.forEach(this::read);
        }
    }

    private boolean matchable(String pattern) {
        long one = PatternSize.of(pattern);
        if (one > PatternSize.LARGEST) {
            return false;
        }
        size += one;
        return size <= PatternSize.LARGEST && Patterns.compile(pattern).isPresent();
    }
}
