package dev.millrace.worker.replicas;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why calls go to other servers for a while, as the calls to one server tell. It stays ready, and
/// takes them where no other would. Not thread-safe.
///
/// - A call failed: until one is answered, or a probe finds the server well.
/// - The server throttles: for as long as it says, or a second.
/// - The server hangs: a call waited in vain, and meanwhile none was answered. Probes prove nothing
///   then, for they ask for no model. Half a minute, and twice as long each time up to five
///   minutes; then one call at a time, until one is answered.
final class Rest {
    static final Duration MOMENT = Duration.ofSeconds(1);
    static final Duration SHORTEST = Duration.ofSeconds(30);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /// @param since when the server said that it had too much to do
    /// @param until when it may be asked again
    /// @param said whether that is what it asked for
    record Throttling(Instant since, Instant until, boolean said) {}

    private boolean failed;
    private @Nullable Throttling throttling;
    private Instant lastAnswer = Instant.MIN;
    private boolean hangs;
    private Instant hangsUntil = Instant.MIN;
    private Duration hangsFor = SHORTEST;

    /// A call was answered. One that began before the server throttled does not end that.
    void answered(Instant startedAt, Instant now) {
        lastAnswer = now;
        failed = false;
        hangs = false;
        hangsFor = SHORTEST;
        if (throttling != null && startedAt.isAfter(throttling.since())) {
            throttling = null;
        }
    }

    void failed() {
        failed = true;
    }

    /// A call waited in vain. Where another was answered meanwhile, only this one took too long.
    void timedOut(Instant startedAt, Instant now) {
        boolean answeredMeanwhile = startedAt.isBefore(lastAnswer) && !now.isBefore(lastAnswer);
        if (answeredMeanwhile || now.isBefore(hangsUntil(now))) {
            return;
        }
        if (hangs) {
            Duration twice = hangsFor.multipliedBy(2);
            hangsFor = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        }
        hangs = true;
        hangsUntil = now.plus(hangsFor);
    }

    /// @param retryAfter when it wants to be asked again; null where it did not say
    void throttled(@Nullable Duration retryAfter, Instant now) {
        Duration pause = retryAfter == null ? MOMENT : retryAfter;
        throttling = new Throttling(now, now.plus(pause), retryAfter != null);
    }

    /// A probe that began after the last call failed found the server well.
    void foundWell() {
        failed = false;
    }

    /// Whether others should take its calls.
    ///
    /// @param underWay calls that it has now
    boolean isOn(Instant now, int underWay) {
        return failed
                || throttling(now) != null
                || (hangs && (now.isBefore(hangsUntil(now)) || underWay > 0));
    }

    /// Not for longer than it can be: the clock may have been put back.
    private Instant hangsUntil(Instant now) {
        if (hangsUntil.isAfter(now.plus(LONGEST))) {
            hangsUntil = now;
        }
        return hangsUntil;
    }

    /// Null while it does not throttle, and where the clock was put back to before it did.
    @Nullable Throttling throttling(Instant now) {
        Throttling last = throttling;
        return last == null || now.isBefore(last.since()) || !now.isBefore(last.until())
                ? null
                : last;
    }
}
