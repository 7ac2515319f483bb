package dev.millrace.worker.http;

import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;

/// Reads the events of one stream into chunks for the client. For one thread. Once it is over, it
/// takes no more.
public interface EventReader {

    /// Takes the data of the next event.
    void event(byte[] data);

    /// How it ended; null while more is expected.
    @Nullable End end();

    /// Whether the stream may break off here and is complete all the same: the model has said why
    /// it stopped.
    boolean complete();

    /// Writes what belongs at the good end of a stream.
    default void close() {}

    /// Why the model stopped, as OpenAI's API names it; null where it has not said.
    @Nullable String finishReason();

    /// The tokens used so far, as reported or as estimated.
    TokenUsage usage();

    /// The ends of a stream.
    sealed interface End {
        /// The provider says that nothing more comes.
        record Done() implements End {}

        /// An event told of an error.
        record Failed(UpstreamError error) implements End {}

        /// An event was none of the provider's, or the model wrote none of an answer's.
        ///
        /// @param reason for the log and for operators; quotes nothing of the answer
        record Nonsense(String reason) implements End {}
    }
}
