package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a reply record means for the answer that the client sees.
sealed interface Verdict {

    /// Nothing: a duplicate, or a part of an attempt that is not shown.
    record Dropped() implements Verdict {}

    /// It belongs to the answer, which needs more records before anything can be shown.
    record Kept() implements Verdict {}

    /// What was shown is void; another attempt is shown from here on.
    record Reset(Rank rank) implements Verdict {}

    /// Another attempt exists now than the one that the client already sees.
    record Superseded() implements Verdict {}

    /// Chunks to show.
    record Show(ByteBuffer body, Facts facts) implements Verdict {}

    /// The end; with the whole answer unless it was a stream.
    record Complete(@Nullable ByteBuffer body, Facts facts) implements Verdict {}

    /// The request failed.
    record Fail(Refusal refusal, Facts facts) implements Verdict {}

    /// The parts make no answer.
    record Broken(String why) implements Verdict {}
}
