package dev.millrace.ingress.kafka;

import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.answer.Rank;
import dev.millrace.ingress.answer.ReplyPart;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.Reply;
import java.time.Duration;
import java.util.Optional;

/// Turns records of the reply topic into what the domain knows.
final class ReplyRecords {

    private ReplyRecords() {}

    /// Empty for a record of a kind that this build does not know.
    static Optional<ReplyPart> part(Reply reply) {
        return content(reply)
                .map(content ->
                        new ReplyPart(
                                new Rank(reply.getHop(), reply.getFence(), reply.getAttempt()),
                                reply.getSequence(),
                                reply.getMore(),
                                content,
                                facts(reply),
                                reply.getBodyDigest()));
    }

    private static Optional<ReplyPart.Content> content(Reply reply) {
        return switch (reply.getKind()) {
            case CHUNK -> Optional.of(new ReplyPart.Chunks(reply.getBody()));
            case COMPLETED -> Optional.of(new ReplyPart.Completion(reply.getBody()));
            case FAILED ->
                    Optional.ofNullable(reply.getFailure())
                            .map(failure -> new ReplyPart.Failure(refusal(failure)));
            case UNKNOWN -> Optional.empty();
        };
    }

    static Refusal refusal(Failure failure) {
        int status = failure.getStatus();
        Long retryAfter = failure.getRetryAfterMs();
        return new Refusal(
                status >= 400 && status <= 599 ? status : 502,
                failure.getType(),
                failure.getCode(),
                failure.getMessage(),
                failure.getParam(),
                retryAfter == null ? null : Duration.ofMillis(Math.max(retryAfter, 0)),
                failure.getShouldRetry());
    }

    private static Facts facts(Reply reply) {
        return new Facts(
                reply.getProvider(),
                reply.getUpstreamModel(),
                reply.getCost(),
                reply.getCurrency(),
                reply.getAttempts(),
                reply.getHop(),
                reply.getQueueMs(),
                reply.getUpstreamMs());
    }
}
