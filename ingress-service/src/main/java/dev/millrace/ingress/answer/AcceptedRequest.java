package dev.millrace.ingress.answer;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.intake.Terms;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A request that is right in itself, to be put on the log.
///
/// @param id a UUIDv7
/// @param caller who sends it
/// @param operation what is asked
/// @param stream whether the answer shall come in chunks
/// @param body exactly as the client sent it
/// @param terms its deadline, lane, labels and trace
/// @param createdAt when it was accepted
/// @param keeping how its outcome is kept; null for a plain request, whose answer on its connection
///   is the outcome
public record AcceptedRequest(
        UUID id,
        Caller caller,
        Operation operation,
        boolean stream,
        ByteBuffer body,
        Terms terms,
        Instant createdAt,
        @Nullable Keeping keeping) {

    /// How the outcome of a request is kept.
    ///
    /// @param waiting whether a caller waits for it here; else it is asked for later
    /// @param digest SHA-256 of the body, where the request has an idempotency key; else null
    /// @param retention how long it is kept after the request's end
    public record Keeping(boolean waiting, @Nullable ByteBuffer digest, Duration retention) {}

    /// What is asked of a model.
    public enum Operation {
        CHAT_COMPLETION,
        EMBEDDING
    }
}
