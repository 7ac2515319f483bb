package dev.millrace.worker.validation;

import dev.millrace.worker.canonical.Bodies;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The form that a request wants its answer in: a JSON object, or JSON by a schema. Thread-safe.
public final class AnswerForm {

    /// A longer content, in characters, is not checked.
    static final int LONGEST = 1024 * 1024;

    /// The most that a schema's and a content's characters may come to when multiplied: keywords
    /// such as `enum` and `uniqueItems` go over all that stands below them.
    static final long MOST_WORK = 10_000_000_000L;

    private final boolean strict;
    private final boolean object;
    private final @Nullable SchemaCheck schema;

    private AnswerForm(boolean strict, boolean object, @Nullable SchemaCheck schema) {
        this.strict = strict;
        this.object = object;
        this.schema = schema;
    }

    /// @param format the request's `response_format`
    /// @return empty if any text will do
    static Optional<AnswerForm> of(JsonNode format) {
        return switch (format.path("type").asString("")) {
            case "json_object" -> Optional.of(new AnswerForm(false, true, null));
            case "json_schema" -> {
                JsonNode described = format.path("json_schema");
                boolean strict = described.path("strict").asBoolean(false);
                SchemaCheck schema = SchemaCheck.of(described.path("schema")).orElse(null);
                yield Optional.of(new AnswerForm(strict, false, schema));
            }
            default -> Optional.empty();
        };
    }

    /// Whether the client is promised the form, and is better served by an error than by another
    /// one.
    public boolean strict() {
        return strict;
    }

    /// Checks a whole answer. Of its choices those count that came to their end as an answer: not
    /// cut off, no refusal, no call of a tool. A schema that is not valid, that refers to anything
    /// outside itself, or that cannot be compiled is not checked, for the provider judges it; the
    /// content has to be JSON all the same.
    ///
    /// @param answer a chat completion
    /// @return what is wrong with the first choice that has another form; empty if none has
    public Optional<Mismatch> check(byte[] answer) {
        JsonNode completion = Bodies.tree(answer);
        return completion == null ? Optional.empty() : check(completion);
    }

    /// Checks a whole answer like [#check(byte[])].
    ///
    /// @param completion a chat completion
    public Optional<Mismatch> check(JsonNode completion) {
        for (JsonNode choice : completion.path("choices")) {
            String content = promised(choice);
            if (content != null) {
                List<String> problems = problems(content);
                if (!problems.isEmpty()) {
                    return Optional.of(new Mismatch(content, problems));
                }
            }
        }
        return Optional.empty();
    }

    /// What has to be in the form; null where nothing has.
    private static @Nullable String promised(JsonNode choice) {
        JsonNode message = choice.path("message");
        JsonNode content = message.path("content");
        boolean promised =
                "stop".equals(choice.path("finish_reason").asString(""))
                        && message.path("tool_calls").isEmpty()
                        && message.path("function_call").isEmpty()
                        && message.path("refusal").asString("").isEmpty();
        if (!promised || message.isMissingNode()) {
            return null;
        }
        if (content.isMissingNode() || content.isNull()) {
            return "";
        }
        return content.isString() ? content.stringValue() : null;
    }

    private List<String> problems(String content) {
        if (content.length() > LONGEST) {
            return List.of();
        }
        return switch (JsonText.read(content)) {
            case JsonText.Unread _ -> List.of();
            case JsonText.Invalid(String reason) -> List.of(reason);
            case JsonText.Read(JsonNode value) -> {
                if (object && !value.isObject()) {
                    yield List.of("it is not a JSON object");
                }
                SchemaCheck check = schema;
                yield check != null && (long) check.length() * content.length() <= MOST_WORK
                        ? check.problems(value)
                        : List.of();
            }
        };
    }
}
