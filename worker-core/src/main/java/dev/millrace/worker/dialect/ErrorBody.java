package dev.millrace.worker.dialect;

import dev.millrace.worker.http.UpstreamError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads errors in OpenAI's form, and in the forms of those that mean it well.
public final class ErrorBody {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ErrorBody() {}

    /// The error that a body holds: `{"error":{…}}`, `{"error":"…"}`, or vLLM's older
    /// `{"object":"error","message":…}`; empty if it holds none.
    public static Optional<UpstreamError> read(byte[] body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JacksonException _) {
            return Optional.empty();
        }
        JsonNode error = root.path("error");
        if (error.isString()) {
            return Optional.of(new UpstreamError(error.stringValue()));
        }
        if (error.isObject()) {
            return Optional.of(of(error));
        }
        return "error".equals(root.path("object").asString(""))
                ? Optional.of(of(root))
                : Optional.empty();
    }

    private static UpstreamError of(JsonNode error) {
        return new UpstreamError(
                error.path("message").asString("The provider gave no reason."),
                text(error.path("type")),
                text(error.path("code")),
                text(error.path("param")));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }
}
