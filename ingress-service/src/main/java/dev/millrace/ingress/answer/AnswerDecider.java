package dev.millrace.ingress.answer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what the client of one plain request sees of the replies to it, which may come from
/// several attempts, twice, or with a part missing.
///
/// ```
///                    higher rank: start over
///                   ┌──────────┐
///                   ▼          │
///  first record ─▶ collecting ─┴─▶ showing ─▶ done
///                   │                │  higher rank: dropped, and told of
///                   └── gap ─▶ broken ◀── gap
/// ```
///
/// One attempt is shown. A record of a lower rank is dropped; one of a higher rank replaces what
/// was collected, until the first content has been shown; afterwards only for a client that takes
/// resets. Within the attempt records come in sequence: one that was seen is dropped, one that is
/// missing breaks the answer. Not thread-safe.
final class AnswerDecider {

    private final boolean stream;
    private final boolean resets;
    private final long longestAnswer;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private @Nullable Rank shown;
    private int expected;
    private long collected;
    private boolean showing;

    /// @param stream whether the client asked for chunks
    /// @param resets whether the client takes it that what it was shown becomes void
    /// @param longestAnswer of one joined body, in bytes
    AnswerDecider(boolean stream, boolean resets, long longestAnswer) {
        this.stream = stream;
        this.resets = resets;
        this.longestAnswer = longestAnswer;
    }

    /// Decides on one record. After [Verdict.Reset] the same record is to be given again.
    Verdict decide(ReplyPart part) {
        int order = shown == null ? 1 : part.rank().compareTo(shown);
        if (order < 0) {
            return new Verdict.Dropped();
        }
        if (order > 0) {
            if (showing && !resets) {
                return new Verdict.Superseded();
            }
            boolean reset = showing;
            startOver(part.rank());
            if (reset) {
                return new Verdict.Reset(part.rank());
            }
        }
        if (part.sequence() < expected) {
            return new Verdict.Dropped();
        }
        if (part.sequence() > expected) {
            return new Verdict.Broken(
                    "record " + expected + " of the answer is missing, got " + part.sequence());
        }
        expected++;
        return switch (part.content()) {
            case ReplyPart.Failure(var refusal) -> new Verdict.Fail(refusal, part.facts());
            case ReplyPart.Chunks chunks -> show(part, chunks.body());
            case ReplyPart.Completion completion -> complete(part, completion.body());
        };
    }

    private void startOver(Rank rank) {
        shown = rank;
        expected = 0;
        parts.clear();
        collected = 0;
        showing = false;
    }

    private Verdict show(ReplyPart part, @Nullable ByteBuffer body) {
        if (!stream) {
            return new Verdict.Broken("chunks came for a request that asked for none");
        }
        if (!collect(body)) {
            return tooLong();
        }
        if (part.more()) {
            return new Verdict.Kept();
        }
        ByteBuffer joined = join();
        if (joined == null) {
            return new Verdict.Kept();
        }
        showing = true;
        return new Verdict.Show(joined, part.facts());
    }

    private Verdict complete(ReplyPart part, @Nullable ByteBuffer body) {
        if (!collect(body)) {
            return tooLong();
        }
        if (part.more()) {
            return new Verdict.Kept();
        }
        ByteBuffer joined = join();
        if (stream && joined != null) {
            return new Verdict.Broken("a whole answer came for a request that asked for chunks");
        }
        if (!stream && joined == null) {
            return new Verdict.Broken("the answer has no body");
        }
        return new Verdict.Complete(joined, part.facts());
    }

    private Verdict tooLong() {
        return new Verdict.Broken("the answer is longer than " + longestAnswer + " bytes");
    }

    private boolean collect(@Nullable ByteBuffer body) {
        if (body != null && body.hasRemaining()) {
            parts.add(body);
            collected += body.remaining();
        }
        return collected <= longestAnswer;
    }

    private @Nullable ByteBuffer join() {
        if (parts.isEmpty()) {
            return null;
        }
        ByteBuffer joined = parts.getFirst();
        if (parts.size() > 1) {
            joined = ByteBuffer.allocate(Math.toIntExact(collected));
            for (ByteBuffer part : parts) {
                joined.put(part.duplicate());
            }
            joined.flip();
        }
        parts.clear();
        collected = 0;
        return joined;
    }
}
