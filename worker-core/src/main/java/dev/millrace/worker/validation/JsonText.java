package dev.millrace.worker.validation;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a text that should be one JSON value turns out to be.
sealed interface JsonText {

    /// Numbers with a point or an exponent become doubles, whose size is bounded: `1e999999999`
    /// written out would fill the memory. Values nest at most 500 deep, Jackson's own limit.
    JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /// One value, and nothing else.
    record Read(JsonNode value) implements JsonText {}

    /// Not JSON, or more than one value.
    ///
    /// @param reason for the one who wrote it
    record Invalid(String reason) implements JsonText {}

    /// JSON that is nested deeper, or has longer names or numbers, than is read here.
    record Unread() implements JsonText {}

    static JsonText read(String text) {
        if (text.isBlank()) {
            return new Invalid("it is empty");
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            JsonNode value = MAPPER.readTree(parser);
            return endsThere(parser) ? new Read(value) : new Invalid("more follows the JSON value");
        } catch (StreamConstraintsException _) {
            return new Unread();
        } catch (JacksonException e) {
            return new Invalid("it is not JSON: " + e.getOriginalMessage());
        }
    }

    private static boolean endsThere(JsonParser parser) {
        try {
            return parser.nextToken() == null;
        } catch (JacksonException _) {
            return false;
        }
    }
}
