package dev.millrace.ingress.answer;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.intake.Terms;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/// A request that is right in itself, to be put on the log.
///
/// @param id a UUIDv7
/// @param caller who sends it
/// @param operation what is asked
/// @param stream whether the answer shall come in chunks
/// @param body exactly as the client sent it
/// @param terms its deadline, lane, labels and trace
/// @param createdAt when it was accepted
public record AcceptedRequest(
        UUID id,
        Caller caller,
        Operation operation,
        boolean stream,
        ByteBuffer body,
        Terms terms,
        Instant createdAt) {

    /// What is asked of a model.
    public enum Operation {
        CHAT_COMPLETION,
        EMBEDDING
    }
}
