package dev.millrace.ingress.kafka;

import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.answer.Rank;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.ingress.kept.RequestState;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.Result;
import dev.millrace.schemas.Usage;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns records of the results' topic into what the domain knows.
final class ResultRecords {

    private ResultRecords() {}

    /// Empty for a record with a state or an operation that this build does not know.
    static Optional<KeptResult> result(Result head) {
        return result(head, head.getBody());
    }

    /// @param body all parts of it
    static Optional<KeptResult> result(Result head, @Nullable ByteBuffer body) {
        RequestState state = state(head);
        Operation operation = operation(head.getRequest());
        if (state == null || operation == null) {
            return Optional.empty();
        }
        KeptRequest request = head.getRequest();
        Failure failure = head.getFailure();
        return Optional.of(
                new KeptResult(
                        head.getRequestId(),
                        head.getTenant(),
                        new KeptResult.Asked(
                                operation,
                                request.getStream(),
                                request.getCreatedAt(),
                                request.getDeadline(),
                                request.getBodyDigest()),
                        state,
                        head.getUpdatedAt(),
                        head.getExpiresAt(),
                        head.getParts(),
                        body,
                        failure == null ? null : ReplyRecords.refusal(failure),
                        new Rank(head.getHop(), head.getFence(), head.getAttempt()),
                        tokens(head.getUsage()),
                        facts(head)));
    }

    private static @Nullable RequestState state(Result head) {
        return switch (head.getState()) {
            case QUEUED -> RequestState.QUEUED;
            case DISPATCHED -> RequestState.DISPATCHED;
            case RUNNING -> RequestState.RUNNING;
            case COMPLETED -> RequestState.COMPLETED;
            case FAILED -> RequestState.FAILED;
            case EXPIRED -> RequestState.EXPIRED;
            case CANCELLED -> RequestState.CANCELLED;
            case UNKNOWN -> null;
        };
    }

    private static @Nullable Operation operation(KeptRequest request) {
        return switch (request.getOperation()) {
            case CHAT_COMPLETION -> Operation.CHAT_COMPLETION;
            case EMBEDDING -> Operation.EMBEDDING;
            case UNKNOWN -> null;
        };
    }

    private static KeptResult.@Nullable Tokens tokens(@Nullable Usage usage) {
        return usage == null
                ? null
                : new KeptResult.Tokens(
                        usage.getInputTokens(),
                        usage.getCacheReadTokens(),
                        usage.getOutputTokens(),
                        usage.getReasoningTokens());
    }

    private static Facts facts(Result head) {
        return new Facts(
                head.getProvider(),
                head.getUpstreamModel(),
                head.getCost(),
                head.getCurrency(),
                head.getAttempts(),
                head.getHop(),
                head.getQueueMs(),
                head.getUpstreamMs());
    }
}
