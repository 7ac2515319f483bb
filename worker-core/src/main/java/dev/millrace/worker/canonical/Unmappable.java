package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.ErrorAnswer;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Something in a request that a provider cannot express, or that is no request at all.
public final class Unmappable extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final @Nullable String param;
    private final String code;

    private Unmappable(@Nullable String param, String code, String message) {
        super(message, null, false, false);
        this.param = param;
        this.code = code;
    }

    /// The request has not the form that OpenAI's API asks for.
    ///
    /// @param param the member at fault; null where it is the body as such
    public static Unmappable malformed(@Nullable String param, String message) {
        return new Unmappable(param, "invalid_value", message);
    }

    /// The member as such has no counterpart.
    public static Unmappable member(String param) {
        return new Unmappable(
                param,
                "unsupported_parameter",
                "'%s' is not supported by the model's provider.".formatted(param));
    }

    /// The member has a counterpart, this value has none.
    ///
    /// @param supported what the provider takes instead
    public static Unmappable value(String param, String supported) {
        return new Unmappable(
                param,
                "unsupported_value",
                "This value of '%s' is not supported by the model's provider: %s."
                        .formatted(param, supported));
    }

    /// The operation has no counterpart.
    ///
    /// @param operations as a client reads it: `Embeddings`
    public static Unmappable operation(String operations) {
        return new Unmappable(
                "model",
                "unsupported_operation",
                "%s are not supported by the model's provider.".formatted(operations));
    }

    /// What the client is told.
    public ErrorAnswer answer() {
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
