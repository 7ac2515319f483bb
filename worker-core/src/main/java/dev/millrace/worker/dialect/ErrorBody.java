package dev.millrace.worker.dialect;

import dev.millrace.worker.http.UpstreamError;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads errors in OpenAI's form, and in the forms of those that mean it well; and in Google's
/// (<https://google.aip.dev/193>), which Google's own OpenAI-compatible API has too.
public final class ErrorBody {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private ErrorBody() {}

    /// The error that a body holds: `{"error":{…}}`, `{"error":"…"}`, Google's `[{"error":{…}}]`,
    /// or vLLM's older `{"object":"error","message":…}`; empty if it holds none.
    public static Optional<UpstreamError> read(byte[] body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JacksonException _) {
            return Optional.empty();
        }
        root = root.isArray() ? root.path(0) : root;
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
        JsonNode details = error.path("details");
        String code = text(error.path("code"));
        String type = text(error.path("type"));
        return new UpstreamError(
                error.path("message").asString("The provider gave no reason."),
                type == null ? googlesType(error.path("status").asString("")) : type,
                code == null ? detail(details, "reason") : code,
                text(error.path("param")),
                wait(detail(details, "retryDelay")));
    }

    /// What OpenAI's API calls a status of Google's; null where there is no better word than its
    /// HTTP status.
    private static @Nullable String googlesType(String status) {
        return switch (status) {
            case "RESOURCE_EXHAUSTED" -> "rate_limit_error";
            case "UNAVAILABLE" -> "overloaded_error";
            default -> null;
        };
    }

    /// What the first of Google's details says that says it: `reason` is an `ErrorInfo`'s,
    /// `retryDelay` a `RetryInfo`'s.
    private static @Nullable String detail(JsonNode details, String name) {
        for (JsonNode detail : details) {
            String value = text(detail.path(name));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /// A duration as protocol buffers write it in JSON: `10.689924287s`.
    private static @Nullable Duration wait(@Nullable String delay) {
        if (delay == null || !delay.matches("\\d{1,9}(\\.\\d{1,9})?s")) {
            return null;
        }
        Duration wait = Duration.parse("PT" + delay);
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }
}
