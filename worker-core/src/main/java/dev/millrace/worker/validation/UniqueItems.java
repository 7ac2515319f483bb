package dev.millrace.worker.validation;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// `uniqueItems`, at a cost that grows with what is compared, and within what [CheckWork] lets it
/// spend. The library's own keeps the items in a hash set, and whoever writes them can make all of
/// their hash codes the same, so that each is compared with each. Here they are compared as texts,
/// which a set keeps in order where their hash codes are the same.
final class UniqueItems extends AbstractKeyword {

    UniqueItems() {
        super(KeywordType.UNIQUE_ITEMS.getValue());
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
        return new Check(this, value, location, parent, context);
    }

    private static final class Check extends BaseKeywordValidator {
        private final boolean wanted;

        Check(
                Keyword keyword,
                JsonNode value,
                SchemaLocation location,
                Schema parent,
                SchemaContext context) {
            super(keyword, value, location, parent, context);
            this.wanted = value.asBoolean(false);
        }

        @Override
        public void validate(
                ExecutionContext execution, JsonNode array, JsonNode root, NodePath location) {
            if (wanted && array.isArray() && hasTwins(array)) {
                execution.addError(
                        error().instanceNode(array)
                                .instanceLocation(location)
                                .evaluationPath(execution.getEvaluationPath())
                                .locale(execution.getExecutionConfig().getLocale())
                                .build());
            }
        }
    }

    /// Whether two items are the same; false too if it costs too much to find out.
    private static boolean hasTwins(JsonNode array) {
        if (CheckWork.isUsedUp()) {
            return false;
        }
        Set<String> texts = new HashSet<>();
        for (JsonNode item : array) {
            StringBuilder text = new StringBuilder();
            write(item, text);
            if (!CheckWork.take(text.length())) {
                return false;
            }
            if (!texts.add(text.toString())) {
                return true;
            }
        }
        return false;
    }

    /// Writes a value so that equal values have equal texts: names in order, and numbers as what
    /// they come to (1 is 1.0, as JSON Schema has it).
    private static void write(JsonNode value, StringBuilder text) {
        if (value.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            text.append('{');
            members.forEach((name, member) -> {
                text.append(name.length()).append(':').append(name);
                write(member, text);
            });
            text.append('}');
        } else if (value.isArray()) {
            text.append('[');
            for (JsonNode item : value) {
                write(item, text);
            }
            text.append(']');
        } else if (value.isNumber()) {
            text.append('n').append(value.decimalValue().stripTrailingZeros()).append(';');
        } else if (value.isString()) {
            String said = value.stringValue();
            text.append('s').append(said.length()).append(':').append(said);
        } else {
            text.append(value).append(';');
        }
    }
}
