package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the client is to see next.
public sealed interface Step {

    /// Chunks of the stream: JSON texts, each followed by a line feed.
    record Chunks(ByteBuffer body, Facts facts) implements Step {}

    /// What was shown is void: another attempt at the request starts from the beginning. Only for
    /// clients that asked to be told so.
    record Reset(Rank rank) implements Step {}

    /// The end. With the whole answer as JSON, unless the client asked for chunks.
    record Completed(@Nullable ByteBuffer body, Facts facts) implements Step {}

    /// There is no answer, or no more of it.
    ///
    /// @param facts null where no attempt tells of any
    record Failed(Refusal refusal, @Nullable Facts facts) implements Step {}

    /// Nothing came within the time given.
    record Quiet() implements Step {}
}
