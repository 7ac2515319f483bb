package dev.millrace.worker.canonical;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What form the answer has to have.
public sealed interface AnswerFormat {

    /// Any text.
    record Text() implements AnswerFormat {}

    /// Some JSON object.
    record JsonObject() implements AnswerFormat {

        /// What a model is told whose provider has JSON by a schema, and no JSON without one.
        public static final String INSTRUCTION =
                "Answer with one JSON object and nothing else: no words around it, no code fence.";
    }

    /// JSON by a schema.
    ///
    /// @param name null for none
    /// @param description null for none
    record Schema(@Nullable String name, @Nullable String description, JsonNode schema)
            implements AnswerFormat {}
}
