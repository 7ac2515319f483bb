package dev.millrace.router.outcome;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.RequestOutcome;
import org.jspecify.annotations.Nullable;

/// Refuses events that cannot be decided on.
final class EventCheck {

    private EventCheck() {}

    /// @param key of the record
    /// @return what is wrong, for a person; null if nothing is
    static @Nullable String problem(Completion event, @Nullable String key) {
        if (!event.getRequestId().toString().equals(key)) {
            return "the record's key is not the request's id";
        }
        if (event.getRequest() == null) {
            return "the event does not say what was asked, as those of an older version";
        }
        if (event.getKind() == CompletionKind.UNKNOWN) {
            return "what happened is not known to this version";
        }
        if (event.getKind() == CompletionKind.TERMINAL
                && event.getOutcome() == RequestOutcome.UNKNOWN) {
            return "the outcome is not known to this version";
        }
        if (event.getHop() < 0
                || event.getFence() < 0
                || event.getAttempt() < 0
                || event.getPart() < 0) {
            return "hop, fence, attempt and part cannot be negative";
        }
        return null;
    }
}
