package dev.millrace.worker.kafka;

import dev.millrace.schemas.Dispatch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether a dispatch that has another target is called at this one, by its circuit, and the trial
/// that its call may be. For one thread.
final class TargetTrial {
    private final Dispatch dispatch;
    private final RunParts parts;
    private @Nullable Instant since;

    TargetTrial(TakenDispatch taken, RunParts parts) {
        this.dispatch = taken.dispatch();
        this.parts = parts;
    }

    /// Whether there is another target, and this one fails again and again. If not, the call is to
    /// be made now: it may be the one on trial.
    boolean isBetterElsewhere() {
        if (dispatch.getCandidates().isEmpty()) {
            return false;
        }
        Instant now = parts.clock().instant();
        return switch (parts.targets().admit(dispatch.getUpstreamModel(), now)) {
            case USUAL -> false;
            case ON_TRIAL -> {
                since = now;
                parts.watch().circuitChanged(dispatch.getUpstreamModel());
                yield false;
            }
            case ELSEWHERE -> true;
        };
    }

    /// There are no more calls: a trial that came to none goes to the next dispatch.
    void end() {
        if (since != null
                && parts.targets()
                        .giveBack(dispatch.getUpstreamModel(), since, parts.clock().instant())) {
            parts.watch().circuitChanged(dispatch.getUpstreamModel());
        }
    }
}
