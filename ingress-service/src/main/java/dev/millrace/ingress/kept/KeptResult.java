package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.answer.Rank;
import dev.millrace.ingress.intake.Refusal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where a request stands whose outcome is kept, and in the end its outcome.
///
/// @param id the request
/// @param tenant who pays
/// @param asked what was asked
/// @param state where it stands
/// @param updatedAt when it came to stand there
/// @param expiresAt until when the outcome is kept; null before the end
/// @param parts how many parts the body has; `body` holds all of them, or only the first
/// @param body of a completed request: JSON, or chunks, each followed by a line feed; else null
/// @param failure why it was not completed; null where it was, or is not at its end
/// @param rank the attempt that produced the outcome
/// @param usage the tokens of that attempt; null where none was made
/// @param facts how the answer came to be
public record KeptResult(
        UUID id,
        String tenant,
        Asked asked,
        RequestState state,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        int parts,
        @Nullable ByteBuffer body,
        @Nullable Refusal failure,
        Rank rank,
        @Nullable Tokens usage,
        Facts facts) {

    /// What was asked.
    ///
    /// @param digest SHA-256 of the body, where the request has an idempotency key and the router
    ///   has taken it; else null
    public record Asked(
            Operation operation,
            boolean stream,
            Instant createdAt,
            Instant deadline,
            @Nullable ByteBuffer digest) {}

    /// What an attempt used.
    public record Tokens(long input, long cacheRead, long output, long reasoning) {}

    /// A request that was just put on the log.
    public static KeptResult queued(AcceptedRequest request) {
        Keeping keeping = request.keeping();
        return new KeptResult(
                request.id(),
                request.caller().tenant(),
                new Asked(
                        request.operation(),
                        request.stream(),
                        request.createdAt(),
                        request.terms().deadline(),
                        keeping == null ? null : keeping.digest()),
                RequestState.QUEUED,
                request.createdAt(),
                null,
                1,
                null,
                null,
                new Rank(0, 0, 0),
                null,
                new Facts(null, null, null, null, 0, 0, 0, 0));
    }

    /// Whether the idempotency key was first used with another body.
    public boolean conflictsWith(@Nullable ByteBuffer digest) {
        return asked.digest() != null && !asked.digest().equals(digest);
    }

    /// Why there is no body, of a request that has ended without one. Whoever sends it again is
    /// given the same, so that it says not to, whatever the status.
    public Refusal refusal() {
        return switch (state) {
            case EXPIRED -> Refusal.deadlineExceeded();
            case CANCELLED -> Refusal.cancelled();
            case QUEUED, DISPATCHED, RUNNING, COMPLETED, FAILED ->
                    (failure == null ? Refusal.internal() : failure).forGood();
        };
    }
}
