package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.quota.Grant;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the provider's quota lets one dispatch do: every call needs a grant, the retries and
/// repairs too. For one thread.
final class Allowance {
    private final TakenDispatch taken;
    private final RunParts parts;
    private final Interruption interruption;
    private @Nullable Grant grant;

    /// @param first the grant of the first call; null for a run that makes none
    Allowance(
            TakenDispatch taken, RunParts parts, Interruption interruption, @Nullable Grant first) {
        this.taken = taken;
        this.parts = parts;
        this.interruption = interruption;
        this.grant = first;
    }

    /// Whether the next call may be made now.
    ///
    /// @param promptTokens that it will probably use
    boolean take(long promptTokens) {
        if (grant == null) {
            grant =
                    parts.quota()
                            .ask(
                                    taken.demand(promptTokens),
                                    taken.isBatch(),
                                    parts.clock().instant());
        }
        return grant != null;
    }

    /// Waits until the next call may be made, or the run is to stop.
    ///
    /// @param promptTokens that it will probably use
    /// @return false if the deadline passes first
    boolean await(long promptTokens, Deadline deadline) {
        while (!take(promptTokens)) {
            Duration wait = parts.quota().wait(taken.demand(promptTokens), parts.clock().instant());
            if (wait.compareTo(deadline.left()) >= 0) {
                return false;
            }
            if (!interruption.pause(wait)) {
                return true;
            }
        }
        return true;
    }

    /// The call was made.
    void used(TokenUsage usage) {
        if (grant != null) {
            parts.quota().used(grant, usage, parts.clock().instant());
            grant = null;
        }
    }

    /// There are no more calls: what was granted and not used is given back.
    void end() {
        if (grant != null) {
            parts.quota().unused(grant, parts.clock().instant());
            grant = null;
        }
    }
}
