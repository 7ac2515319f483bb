package dev.millrace.worker.dialect;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An error as an upstream tells it: in OpenAI's form, or in the forms of those that mean it well.
record UpstreamError(
        String message, @Nullable String type, @Nullable String code, @Nullable String param) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// The error that a body holds: `{"error":{…}}`, `{"error":"…"}`, or vLLM's older
    /// `{"object":"error","message":…}`; empty if it holds none.
    static Optional<UpstreamError> in(byte[] body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JacksonException _) {
            return Optional.empty();
        }
        JsonNode error = root.path("error");
        if (error.isString()) {
            return Optional.of(new UpstreamError(error.stringValue(), null, null, null));
        }
        if (error.isObject()) {
            return Optional.of(of(error));
        }
        return "error".equals(root.path("object").asString(""))
                ? Optional.of(of(root))
                : Optional.empty();
    }

    /// Whether the request does not fit the model's context.
    boolean isAboutContext() {
        return says("context_length_exceeded")
                || says("exceed_context_size")
                || says("maximum context length")
                || says("context window");
    }

    /// Whether the provider refuses the content.
    boolean isAboutContent() {
        return says("content_filter") || says("content_policy_violation");
    }

    /// Whether the account has no credit left, which no waiting mends.
    boolean isAboutCredit() {
        return says("insufficient_quota") || says("billing");
    }

    /// Whether the provider has too much to do.
    boolean isAboutLoad() {
        return says("rate_limit") || says("overloaded") || says("too many requests");
    }

    private boolean says(String words) {
        return contains(code, words) || contains(type, words) || contains(message, words);
    }

    private static boolean contains(@Nullable String text, String words) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(words);
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
