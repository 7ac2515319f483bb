package dev.millrace.worker.http;

import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call in a provider's terms: what is sent, and how the answer is read. For one thread.
public interface Exchange {

    /// Below the root, [Dialect#root].
    String path();

    /// The JSON to send.
    byte[] body();

    /// Headers of this call alone.
    default Map<String, String> headers() {
        return Map.of();
    }

    /// Reads an answer that came whole, under the status of a success.
    Whole whole(byte[] body);

    /// Begins to read an answer that comes as a stream of events.
    ///
    /// @param batch takes the chunks for the client
    EventReader events(ChunkBatch batch);

    /// What an answer that came whole turned out to be.
    sealed interface Whole {

        /// An answer.
        ///
        /// @param body for the client
        /// @param finishReason as OpenAI's API names it; null where there is none
        /// @param usage as reported, or as estimated
        record Answered(byte[] body, @Nullable String finishReason, TokenUsage usage)
                implements Whole {}

        /// An error, though the status said success.
        record Failed(UpstreamError error) implements Whole {}

        /// No answer at all.
        ///
        /// @param reason for the log and for operators; quotes nothing of the answer
        /// @param usage what the provider says it cost all the same
        record Nonsense(String reason, TokenUsage usage) implements Whole {}
    }
}
