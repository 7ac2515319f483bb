package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.quota.QuotaShare;
import dev.millrace.worker.retry.ErrorAnswers;
import dev.millrace.worker.retry.RetryPolicy;
import dev.millrace.worker.window.AdaptiveWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Ends the dispatches of a pool that wait in vain. For one thread.
final class VainWaits {
    private final RunParts parts;
    private final LaneQueues queues;
    private final AdaptiveWindow window;
    private final BiConsumer<TakenDispatch, @Nullable ErrorAnswer> end;

    /// @param end takes each, and why its provider is not called; null where it says so itself
    VainWaits(
            RunParts parts,
            LaneQueues queues,
            AdaptiveWindow window,
            BiConsumer<TakenDispatch, @Nullable ErrorAnswer> end) {
        this.parts = parts;
        this.queues = queues;
        this.window = window;
        this.end = end;
    }

    /// Ends those that wait in vain: cancelled, past their deadline, larger than the quota, or
    /// before a window that stays closed beyond it; and sends those elsewhere that would wait for
    /// long and have another target. They need no slot.
    void end(Instant now) {
        for (TakenDispatch over :
                queues.take(taken ->
                        !now.isBefore(taken.dispatch().getDeadline())
                                || parts.isCancelled(taken))) {
            end.accept(over, null);
        }
        if (parts.quota().limited() && !queues.isEmpty()) {
            refuseTheTooLarge();
            rerouteTheLate(now);
        }
        Duration closed = window.closedFor(now);
        if (closed.isPositive()) {
            boolean isLong = closed.compareTo(RetryPolicy.LONGEST_PAUSE) > 0;
            Instant opens = now.plus(closed);
            ErrorAnswer throttled = ErrorAnswers.throttled(closed);
            queues.take(taken ->
                            (isLong && hasOtherTargets(taken))
                                    || !opens.isBefore(taken.dispatch().getDeadline()))
                    .forEach(taken -> end.accept(taken, throttled));
        }
    }

    private void refuseTheTooLarge() {
        QuotaShare quota = parts.quota();
        for (TakenDispatch large : queues.take(taken -> quota.isTooLarge(taken.demand()))) {
            end.accept(large, Errors.largerThanQuota(large.demand(), quota.tokensPerMinute()));
        }
    }

    /// Those that have another target do not wait long for a quota.
    private void rerouteTheLate(Instant now) {
        Backlog ahead = new Backlog(parts.quota(), now);
        queues.take(taken -> ahead.isLate(taken.demand(), hasOtherTargets(taken)))
                .forEach(taken -> end.accept(taken, ErrorAnswers.throttled(ahead.longest())));
    }

    private static boolean hasOtherTargets(TakenDispatch taken) {
        return !taken.dispatch().getCandidates().isEmpty();
    }
}
