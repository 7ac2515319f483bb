package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.quota.Grant;
import dev.millrace.worker.quota.QuotaShare;
import dev.millrace.worker.retry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the provider's quota lets one dispatch do: every call needs a grant, the retries and
/// repairs too. For one thread.
final class Allowance {
    private final TakenDispatch taken;
    private final QuotaShare quota;
    private final InstantSource clock;
    private final Predicate<Duration> pause;
    private @Nullable Grant grant;

    /// @param pause rests for so long; false if the run has to stop
    /// @param first the grant of the first call; null for a run that makes none
    Allowance(
            TakenDispatch taken,
            QuotaShare quota,
            InstantSource clock,
            Predicate<Duration> pause,
            @Nullable Grant first) {
        this.taken = taken;
        this.quota = quota;
        this.clock = clock;
        this.pause = pause;
        this.grant = first;
    }

    /// Whether the next call may be made now.
    ///
    /// @param promptTokens that it will probably use
    boolean take(long promptTokens) {
        if (grant == null) {
            grant = quota.ask(taken.demand(promptTokens), taken.isBatch(), clock.instant());
        }
        return grant != null;
    }

    /// Waits until the next call may be made, or the run is to stop: no longer than a run keeps its
    /// slot in a pause.
    ///
    /// @param promptTokens that it will probably use
    /// @return false, maybe at once, if the call may not be made in that time or before the
    ///   deadline
    boolean await(long promptTokens, Deadline deadline) {
        Instant latest = clock.instant().plus(RetryPolicy.LONGEST_PAUSE);
        while (!take(promptTokens)) {
            Instant now = clock.instant();
            Duration wait = quota.wait(taken.demand(promptTokens), now);
            if (now.plus(wait).isAfter(latest) || wait.compareTo(deadline.left()) >= 0) {
                return false;
            }
            if (!pause.test(wait)) {
                return true;
            }
        }
        return true;
    }

    /// The call was made.
    void used(TokenUsage usage) {
        if (grant != null) {
            quota.used(grant, usage, clock.instant());
            grant = null;
        }
    }

    /// There are no more calls: what was granted and not used is given back.
    void end() {
        if (grant != null) {
            quota.unused(grant, clock.instant());
            grant = null;
        }
    }
}
