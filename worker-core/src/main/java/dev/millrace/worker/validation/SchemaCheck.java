package dev.millrace.worker.validation;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.BasicDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Checks values against one schema: of draft 2020-12, unless it names an older one by `$schema`.
/// `format` says nothing, as the draft has it. A reference to another document is never followed:
/// no request makes a worker read a file or call somebody. Thread-safe.
final class SchemaCheck {

    /// The most keywords that are evaluated for one answer: some tenths of a second.
    static final long MOST_STEPS = 500_000;

    /// The most that are evaluated to find more than the first problem; all that they find is in
    /// memory at once.
    private static final long MOST_STEPS_LISTING = 50_000;

    /// How deep evaluations may nest: values nest 500 deep at most, and references may go in a
    /// circle.
    private static final int DEEPEST = 1_500;

    /// The drafts that a schema may be of; the first where it names none.
    private static final List<Dialect> DRAFTS =
            List.of(
                    Dialects.getDraft202012(),
                    Dialects.getDraft201909(),
                    Dialects.getDraft7(),
                    Dialects.getDraft6(),
                    Dialects.getDraft4());

    /// The drafts' own schemas, which the library brings along.
    private static final SchemaRegistry DRAFTS_OWN = SchemaRegistry.withDialects(DRAFTS);

    /// Keywords that nobody knows are passed over. The library's own way logs and keeps them.
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.builder()
                    .defaultDialectId(DRAFTS.getFirst().getId())
                    .dialectRegistry(
                            new BasicDialectRegistry(
                                    DRAFTS.stream().map(SchemaCheck::quiet).toList()))
                    .schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.allow(_ -> false))
                    .schemaRegistryConfig(
                            SchemaRegistryConfig.builder()
                                    .regularExpressionFactory(new Patterns())
                                    .pathType(PathType.JSON_POINTER)
                                    .locale(Locale.ROOT)
                                    .build())
                    .build();

    private final Schema schema;
    private final int length;

    private SchemaCheck(Schema schema, int length) {
        this.schema = schema;
        this.length = length;
    }

    /// @return empty for a schema that is not checked: it is not valid, refers to what is not in
    ///   it, or has patterns that cannot be checked without checking something else than it says
    static Optional<SchemaCheck> of(JsonNode schema) {
        if (!(schema.isObject() || schema.isBoolean()) || !PatternUse.of(schema).checkable()) {
            return Optional.empty();
        }
        try {
            Schema compiled = REGISTRY.getSchema(schema);
            String draft = compiled.getSchemaContext().getDialect().getId();
            Schema draftsOwn = DRAFTS_OWN.getSchema(SchemaLocation.of(draft));
            if (!evaluate(draftsOwn, schema, true, MOST_STEPS).isEmpty()) {
                return Optional.empty();
            }
            compiled.initializeValidators();
            return Optional.of(new SchemaCheck(compiled, schema.toString().length()));
        } catch (RuntimeException | StackOverflowError _) {
            return Optional.empty();
        }
    }

    private static Dialect quiet(Dialect dialect) {
        return Dialect.builder(dialect)
                .unknownKeywordFactory((_, _) -> null)
                .keyword(new UniqueItems())
                .build();
    }

    /// Of the schema, in characters.
    int length() {
        return length;
    }

    /// @return what is wrong, with JSON pointers; empty if nothing is, or if that cannot be found
    ///   out
    List<String> problems(JsonNode value) {
        return CheckWork.bounded(() -> {
            List<Error> first = found(value, true, MOST_STEPS);
            return first.isEmpty() || CheckWork.isUsedUp()
                    ? List.of()
                    : texts(first, found(value, false, MOST_STEPS_LISTING));
        });
    }

    private static List<String> texts(List<Error> first, List<Error> all) {
        return (all.isEmpty() ? first : all)
                .stream().distinct().limit(Mismatch.MOST_PROBLEMS).map(SchemaCheck::text).toList();
    }

    private List<Error> found(JsonNode value, boolean firstOnly, long steps) {
        try {
            return evaluate(schema, value, firstOnly, steps);
        } catch (RuntimeException | StackOverflowError _) {
            return List.of();
        }
    }

    /// @throws RuntimeException if it takes too much, or comes upon a reference that leads nowhere
    private static List<Error> evaluate(
            Schema schema, JsonNode value, boolean firstOnly, long steps) {
        return schema.validate(
                value,
                context ->
                        context.executionConfig(config ->
                                config.failFast(firstOnly)
                                        .maxEvaluationSteps(steps)
                                        .maxEvaluationDepth(DEEPEST)));
    }

    private static String text(Error error) {
        String at = error.getInstanceLocation().toString();
        return (at.isEmpty() ? "at the top: " : "at " + at + ": ") + error.getMessage();
    }
}
