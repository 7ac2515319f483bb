package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The log, as the answering of a request needs it.
public interface RequestLog {

    /// Sends a request to the log. Returns before the log has it.
    ///
    /// @param acknowledged told once, on any thread: null when the log has it, or why it may not
    /// @throws Refused if it cannot even be sent
    void publish(AcceptedRequest request, Consumer<@Nullable Refusal> acknowledged) throws Refused;

    /// Asks every service to end its work on a request. Never fails: what cannot be sent is logged.
    ///
    /// @param deadline the request's
    /// @param reason a word for the record: `client_disconnected`, `deadline`, `shutdown`, …
    void cancel(UUID requestId, Instant deadline, String reason);
}
