package dev.millrace.cli.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads texts as trees, with one kind of exception for all that they can have wrong. Threads may
/// share it.
public final class JsonTree {

    private final JsonMapper mapper;

    /// @param mapper says what is let pass
    public JsonTree(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /// The value that a text is; a missing node where there is none.
    ///
    /// @throws ExponentTooLarge for a number such as `1e999999999999`, which JSON allows and no
    ///   decimal can be
    /// @throws JacksonException if it is not JSON
    public JsonNode read(String text) {
        try {
            return mapper.readTree(text);
        } catch (NumberFormatException e) {
            throw new ExponentTooLarge(e);
        }
    }

    /// Where Jackson itself lets a [NumberFormatException] out.
    public static final class ExponentTooLarge extends StreamReadException {

        private static final long serialVersionUID = 1;

        private ExponentTooLarge(NumberFormatException cause) {
            super(null, "a number whose exponent is too large", cause);
        }
    }
}
