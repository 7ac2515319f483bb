package dev.millrace.simulated;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A request that is answered with an error in OpenAI's form.
final class RefusedRequest extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    RefusedRequest(
            int status,
            String type,
            @Nullable String param,
            @Nullable String code,
            String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    static RefusedRequest invalid(@Nullable String param, String message) {
        return new RefusedRequest(400, "invalid_request_error", param, null, message);
    }

    int status() {
        return status;
    }

    byte[] body() {
        return Json.error(String.valueOf(getMessage()), type, param, code);
    }
}
