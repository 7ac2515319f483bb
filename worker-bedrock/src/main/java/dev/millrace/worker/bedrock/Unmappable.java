package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.ErrorAnswer;
import org.jspecify.annotations.Nullable;

/// Something in a request that Converse cannot express, or that is no chat request at all.
final class Unmappable extends Exception {
    private static final long serialVersionUID = 1;

    private final @Nullable String param;
    private final String code;

    private Unmappable(@Nullable String param, String code, String message) {
        super(message, null, false, false);
        this.param = param;
        this.code = code;
    }

    /// The request has not the form that OpenAI's API asks for.
    static Unmappable malformed(@Nullable String param, String message) {
        return new Unmappable(param, "invalid_value", message);
    }

    /// The member as such has no counterpart.
    static Unmappable member(String param) {
        return new Unmappable(
                param,
                "unsupported_parameter",
                "'%s' is not supported for models on AWS Bedrock.".formatted(param));
    }

    /// The member has a counterpart, this value has none.
    static Unmappable value(String param, String supported) {
        return new Unmappable(
                param,
                "unsupported_value",
                "This value of '%s' is not supported for models on AWS Bedrock: %s."
                        .formatted(param, supported));
    }

    ErrorAnswer answer() {
        return new ErrorAnswer(
                400,
                "invalid_request_error",
                code,
                String.valueOf(getMessage()),
                param,
                null,
                false);
    }
}
