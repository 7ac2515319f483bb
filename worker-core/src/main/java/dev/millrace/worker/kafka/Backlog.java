package dev.millrace.worker.kafka;

import dev.millrace.worker.quota.Demand;
import dev.millrace.worker.quota.QuotaShare;
import dev.millrace.worker.retry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;

/// Tells of those that wait for a quota, one after the other, which wait for too long.
final class Backlog {
    private final QuotaShare quota;
    private final Instant now;
    private long calls;
    private long tokens;
    private Duration longest = Duration.ZERO;

    Backlog(QuotaShare quota, Instant now) {
        this.quota = quota;
        this.now = now;
    }

    /// Whether the next one waits for longer than a slot is kept; if not, or if it stays, those
    /// behind it wait for it too.
    ///
    /// @param mayLeave whether it goes if it is late
    boolean isLate(Demand demand, boolean mayLeave) {
        long forecast = quota.forecast(demand);
        if (mayLeave) {
            Duration wait = quota.queue(calls + 1, tokens + forecast, now);
            if (wait.compareTo(RetryPolicy.LONGEST_PAUSE) > 0) {
                longest = wait.compareTo(longest) > 0 ? wait : longest;
                return true;
            }
        }
        calls++;
        tokens += forecast;
        return false;
    }

    /// How long the latest of them would have waited.
    Duration longest() {
        return longest;
    }
}
