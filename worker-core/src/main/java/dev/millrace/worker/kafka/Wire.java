package dev.millrace.worker.kafka;

import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.TokenCounts;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.retry.ErrorAnswers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/// The domain's words in the records', and back.
final class Wire {

    private Wire() {}

    static Usage usage(TokenUsage usage) {
        TokenUsage.Details details = usage.details();
        return Usage.newBuilder()
                .setInputTokens(usage.input())
                .setCacheReadTokens(usage.cacheRead())
                .setCacheWriteTokens(usage.cacheWrite())
                .setOutputTokens(usage.output())
                .setReasoningTokens(usage.reasoning())
                .setCacheWrite1hTokens(details.cacheWriteHour())
                .setAudioInputTokens(details.audioInput())
                .setAudioOutputTokens(details.audioOutput())
                .setAudioMilliseconds(details.audioMillis())
                .setImages(details.images())
                .setQueries(details.queries())
                .setSource(usage.estimated() ? UsageSource.ESTIMATED : UsageSource.PROVIDER)
                .build();
    }

    static Quantities quantities(TokenUsage usage) {
        TokenUsage.Details details = usage.details();
        return new Quantities(
                new TokenCounts(
                        usage.input(),
                        usage.cacheRead(),
                        usage.cacheWrite(),
                        details.cacheWriteHour(),
                        usage.output(),
                        usage.reasoning(),
                        details.audioInput(),
                        details.audioOutput()),
                details.images(),
                details.audioMillis(),
                Math.max(1, details.queries()),
                0);
    }

    static Failure failure(ErrorAnswer error) {
        Duration retryAfter = error.retryAfter();
        return new Failure(
                error.status(),
                error.type(),
                error.code(),
                error.message(),
                error.param(),
                retryAfter == null ? null : retryAfter.toMillis(),
                error.shouldRetry());
    }

    /// How a request ended that is answered with this error.
    static RequestOutcome outcome(ErrorAnswer error) {
        if (error.equals(ErrorAnswers.cancelled())) {
            return RequestOutcome.CANCELLED;
        }
        return error.equals(ErrorAnswers.deadlineExceeded())
                ? RequestOutcome.EXPIRED
                : RequestOutcome.FAILED;
    }

    static AttemptOutcome outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> AttemptOutcome.COMPLETED;
            case Outcome.Rejected _ -> AttemptOutcome.REJECTED;
            case Outcome.Throttled _ -> AttemptOutcome.THROTTLED;
            case Outcome.CredentialRefused _ -> AttemptOutcome.CREDENTIAL_REFUSED;
            case Outcome.Unavailable _ -> AttemptOutcome.UNAVAILABLE;
            case Outcome.TimedOut _ -> AttemptOutcome.TIMED_OUT;
            case Outcome.Malformed _ -> AttemptOutcome.MALFORMED;
            case Outcome.Cancelled _ -> AttemptOutcome.CANCELLED;
        };
    }

    /// Empty for an operation that this build does not know.
    static Optional<Operation> operation(dev.millrace.schemas.Operation operation) {
        return switch (operation) {
            case CHAT_COMPLETION -> Optional.of(Operation.CHAT_COMPLETION);
            case EMBEDDING -> Optional.of(Operation.EMBEDDING);
            case UNKNOWN -> Optional.empty();
        };
    }

    /// The buffer's bytes: its own array where that is all there is to it.
    static byte[] bytes(ByteBuffer buffer) {
        if (buffer.hasArray()
                && buffer.arrayOffset() == 0
                && buffer.position() == 0
                && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
