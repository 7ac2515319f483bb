package dev.millrace.worker.canonical;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A function that the model may call.
///
/// @param description null for none
/// @param parameters a JSON schema; null for a function without parameters
/// @param strict whether its arguments have to follow the schema
/// @param cacheControl as in [Part.Text]
public record Tool(
        String name,
        @Nullable String description,
        @Nullable JsonNode parameters,
        boolean strict,
        @Nullable JsonNode cacheControl) {}
