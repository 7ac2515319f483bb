package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.Rank;
import dev.millrace.ingress.answer.ReplyPart;
import dev.millrace.ingress.answer.Step;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The chunks of a kept request that its first caller sees while they are made. They are a preview
/// of the outcome that the gate decides: one that is lost is shown at the end, and what the outcome
/// does not begin with is void. Not thread-safe.
final class LiveStream {

    private final boolean resets;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private @Nullable Rank shown;
    private int expected;
    private int bytesShown;
    private boolean ended;

    /// @param resets whether the client takes it that what it was shown becomes void
    LiveStream(boolean resets) {
        this.resets = resets;
    }

    /// Takes a record of the reply topic.
    ///
    /// @return what the client is to see next, in order; may be nothing
    List<Step> take(ReplyPart part) {
        int order = shown == null ? 1 : part.rank().compareTo(shown);
        List<Step> steps = new ArrayList<>(1);
        if (order > 0) {
            if (bytesShown > 0) {
                if (!resets) {
                    ended = true;
                    return steps;
                }
                steps.add(new Step.Reset(part.rank()));
            }
            startOver(part.rank());
        }
        if (order < 0 || ended || part.sequence() < expected) {
            return steps;
        }
        ByteBuffer body = part.content().body();
        if (part.sequence() > expected || body == null) {
            ended = true;
            return steps;
        }
        expected++;
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        collected.writeBytes(bytes);
        if (!part.more()) {
            steps.add(new Step.Chunks(ByteBuffer.wrap(collected.toByteArray()), part.facts()));
            bytesShown += collected.size();
            collected.reset();
        }
        return steps;
    }

    /// Chunks got lost: nothing more of this attempt is shown before the end.
    void lose() {
        ended = true;
    }

    /// What the client is still to see of the outcome.
    ///
    /// @param body the chunks of the whole outcome
    /// @param rank of the attempt that produced it
    /// @return null if the client has seen the content of another attempt, and takes no resets
    @Nullable Rest rest(ByteBuffer body, Rank rank) {
        boolean other = bytesShown > 0 && !rank.equals(shown);
        if (other && !resets) {
            return null;
        }
        int from = other ? 0 : Math.min(bytesShown, body.remaining());
        return new Rest(other, body.slice(body.position() + from, body.remaining() - from));
    }

    /// @param reset whether what was shown is void
    /// @param chunks that were not shown
    record Rest(boolean reset, ByteBuffer chunks) {}

    private void startOver(Rank rank) {
        shown = rank;
        expected = 0;
        bytesShown = 0;
        collected.reset();
        ended = false;
    }
}
