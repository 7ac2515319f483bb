package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One record of the reply topic.
///
/// @param rank the attempt that it belongs to
/// @param sequence from 0, without gaps, within the attempt
/// @param more whether the body goes on in the next record
/// @param content what it carries
/// @param facts what it tells besides
/// @param digest SHA-256 of the body that is answered, where the request has an idempotency key
public record ReplyPart(
        Rank rank,
        int sequence,
        boolean more,
        Content content,
        Facts facts,
        @Nullable ByteBuffer digest) {

    /// A record that answers a plain request.
    public ReplyPart(Rank rank, int sequence, boolean more, Content content, Facts facts) {
        this(rank, sequence, more, content, facts, null);
    }

    /// What a record carries.
    public sealed interface Content {

        /// The body's bytes; null where there is none.
        @Nullable ByteBuffer body();
    }

    /// Chunks of a stream, each followed by a line feed.
    public record Chunks(@Nullable ByteBuffer body) implements Content {}

    /// The answer, or the end of its stream.
    public record Completion(@Nullable ByteBuffer body) implements Content {}

    /// The request failed.
    public record Failure(Refusal refusal) implements Content {

        @Override
        public @Nullable ByteBuffer body() {
            return null;
        }
    }

    /// How many bytes of body it carries.
    public int size() {
        ByteBuffer body = content.body();
        return body == null ? 0 : body.remaining();
    }
}
