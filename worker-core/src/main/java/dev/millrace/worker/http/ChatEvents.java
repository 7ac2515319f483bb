package dev.millrace.worker.http;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the events of a stream that are JSON, in another dialect than OpenAI's, into chunks: what
/// is the same for all of them. For one thread.
public abstract class ChatEvents implements EventReader {
    private final ChatChunks chunks;
    private @Nullable End end;

    /// @param chunks takes what the model writes
    protected ChatEvents(ChatChunks chunks) {
        this.chunks = chunks;
    }

    /// Takes the next event.
    ///
    /// @param event a JSON object
    /// @param data its bytes
    protected abstract void event(JsonNode event, byte[] data);

    /// Takes what the model writes.
    protected final ChatChunks chunks() {
        return chunks;
    }

    /// The stream is over.
    protected final void end(End how) {
        end = how;
    }

    @Override
    public final void event(byte[] data) {
        JsonNode event = Bodies.tree(data);
        if (event == null || !event.isObject()) {
            end = new End.Nonsense("an event that is not JSON");
        } else {
            event(event, data);
        }
    }

    @Override
    public final @Nullable End end() {
        return end;
    }

    @Override
    public final boolean complete() {
        return chunks.finishReason() != null;
    }

    @Override
    public final void close() {
        chunks.close();
    }

    @Override
    public final @Nullable String finishReason() {
        return chunks.finishReason();
    }

    @Override
    public final TokenUsage usage() {
        return chunks.used();
    }
}
