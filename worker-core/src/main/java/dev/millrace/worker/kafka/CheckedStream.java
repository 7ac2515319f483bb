package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.validation.StreamedChoices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A streamed answer that is checked when it has ended. It goes out while it comes, or is held back
/// until somebody releases it; one that turns out to be too long for that releases itself. For one
/// thread.
final class CheckedStream implements ReplySink {
    /// The most that is held back, in bytes: an answer of 64,000 tokens, a chunk for each.
    private static final int MOST_HELD = 16 * 1024 * 1024;

    private final ReplySink answers;
    private final Runnable contentCame;
    private final int longest;
    private final StreamedChoices choices = new StreamedChoices();
    private final List<byte[]> held = new ArrayList<>();
    private boolean holding;
    private long size;

    /// @param answers where it goes
    /// @param contentCame is told of content that is held back
    /// @param holding whether it is held back
    /// @param longest that `answers` takes, in bytes
    CheckedStream(ReplySink answers, Runnable contentCame, boolean holding, int longest) {
        this.answers = answers;
        this.contentCame = contentCame;
        this.holding = holding;
        this.longest = Math.min(longest, MOST_HELD);
    }

    @Override
    public void send(byte[] chunks) {
        choices.add(chunks);
        if (!holding) {
            answers.send(chunks);
            return;
        }
        contentCame.run();
        held.add(chunks);
        size += chunks.length;
        if (size > longest || choices.isIncomplete()) {
            release();
        }
    }

    /// Whether nothing of it is on its way to the client.
    boolean isHeldBack() {
        return holding;
    }

    /// Sends what was held back; what comes goes out from here on.
    void release() {
        holding = false;
        held.forEach(answers::send);
        held.clear();
    }

    /// What [StreamedChoices#whole()] says.
    Optional<JsonNode> whole() {
        return choices.whole();
    }
}
