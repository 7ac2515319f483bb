package dev.millrace.router.classification;

import org.jspecify.annotations.Nullable;

/// Thrown for a body that is not what the API describes. Its message quotes nothing of the body.
public final class MalformedBody extends RuntimeException {

    private final @Nullable String param;

    MalformedBody(String message, @Nullable String param) {
        super(message);
        this.param = param;
    }

    /// The reason, for the caller.
    public String reason() {
        return String.valueOf(getMessage());
    }

    /// The field at fault; null where it is the body itself.
    public @Nullable String param() {
        return param;
    }
}
