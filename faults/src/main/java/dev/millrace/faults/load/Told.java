package dev.millrace.faults.load;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one client was told.
///
/// @param marker its request's own
/// @param kind how it asked
/// @param sentAt when it asked
/// @param endedAt when it knew
/// @param verdict what it knows
/// @param detail the status and the error's code, or how the connection broke
/// @param ingress the instance on whose connection it relied; null for a caller over Kafka, and for
///   one that asks again of any instance
/// @param requestId where the client knows it
/// @param answers terminal answers that reached it
public record Told(
        String marker,
        Kind kind,
        Instant sentAt,
        Instant endedAt,
        Verdict verdict,
        String detail,
        @Nullable String ingress,
        @Nullable UUID requestId,
        int answers) {

    /// How a client asks.
    public enum Kind {
        JSON,
        STREAM,
        KAFKA,
        /// With an idempotency key, again and again until it knows.
        IDEMPOTENT,
        /// Without waiting, and asking later.
        ASYNC
    }

    /// What a client knows in the end.
    public enum Verdict {
        /// The whole answer, and its own.
        ANSWERED,
        /// An error in OpenAI's form.
        FAILED,
        /// The connection broke.
        BROKEN,
        /// There was nobody to connect to.
        NOT_SENT,
        /// Nothing came, long after the deadline.
        SILENCE,
        /// An answer that is not the one to its request, or not whole.
        WRONG
    }
}
