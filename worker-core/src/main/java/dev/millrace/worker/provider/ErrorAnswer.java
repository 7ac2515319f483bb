package dev.millrace.worker.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An error as the client is told, in OpenAI's terms. Names no upstream host and no credential.
///
/// @param status the HTTP status of the answer
/// @param type the error's type
/// @param code the error's code, or null
/// @param message for a person
/// @param param the request's member that is at fault, or null
/// @param retryAfter when it may be worth trying again; null where nobody knows
/// @param shouldRetry whether a client's own retry can help
public record ErrorAnswer(
        int status,
        String type,
        @Nullable String code,
        String message,
        @Nullable String param,
        @Nullable Duration retryAfter,
        boolean shouldRetry) {

    public ErrorAnswer {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
    }

    /// The same error, told to a client whose own retry cannot help.
    public ErrorAnswer withoutRetry() {
        return new ErrorAnswer(status, type, code, message, param, retryAfter, false);
    }
}
