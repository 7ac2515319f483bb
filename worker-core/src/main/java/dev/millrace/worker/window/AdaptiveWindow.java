package dev.millrace.worker.window;

import java.time.Duration;
import java.time.Instant;

/// How many attempts may run at once at one provider. Starts at its maximum, halves when the
/// provider throttles, shrinks by a tenth when its latency rises well above what it was, and grows
/// by one slot for each round of successes that filled it. Signals from attempts that began before
/// the last decrease change nothing, so that one congested round trip counts once. Throttling
/// closes it for as long as `Retry-After` says, or a moment; what comes meanwhile waits. A server
/// that tells its load narrows it too, as [ServerPressure] has it.
///
/// Additive increase and multiplicative decrease are those of TCP (RFC 5681). Rising latency is
/// told as in Netflix's gradient limiter: a short average against a long one, with a tolerance, so
/// that a change of traffic (longer answers) is learnt and not punished for ever.
public final class AdaptiveWindow {
    private static final double ON_THROTTLING = 0.5;
    private static final double ON_RISING_LATENCY = 0.9;
    private static final double IN_USE = 0.8;

    /// What a width may lose where it is kept as a part of the widest.
    private static final double ROUNDING = 1e-9;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_TRIALS = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;

    private final int smallest;
    private final LatencyTrend streamed = new LatencyTrend();
    private final LatencyTrend whole = new LatencyTrend();
    private int largest;
    private int slots = Integer.MAX_VALUE;
    private int sharesHeld = 1;
    private int sharesOf = 1;
    private double part = 1;
    private int inFlight;
    private Instant lastDecrease = Instant.MIN;
    private Instant closedUntil = Instant.MIN;
    private Instant lastRefusal = Instant.MIN;
    private Instant nextTrial = Instant.MIN;
    private int refusals;

    /// @param smallest at least 1
    /// @param largest at least `smallest`
    public AdaptiveWindow(int smallest, int largest) {
        if (smallest < 1 || largest < smallest) {
            throw new IllegalArgumentException("window from " + smallest + " to " + largest);
        }
        this.smallest = smallest;
        this.largest = largest;
    }

    /// Sets another maximum, and widens or narrows the window to it.
    public void resize(int newLargest) {
        if (newLargest < smallest) {
            throw new IllegalArgumentException("window from " + smallest + " to " + newLargest);
        }
        largest = newLargest;
        part = 1;
    }

    /// What the server before which this window stands says of itself. Where it tells of no slots,
    /// those that it told of last still count: it did not answer in time.
    ///
    /// @param lookedAt when it was asked; too much then shrinks the window as throttling does, once
    ///   for each look
    public void follow(ServerPressure server, Instant lookedAt, Instant now) {
        if (server.slots() > 0) {
            double before = part * widest();
            slots = Math.max(smallest, server.slots());
            part = part < 1 ? Math.min(1, before / widest()) : 1;
        }
        if (server.tooMuch()) {
            decrease(ON_THROTTLING, lookedAt, now);
        }
    }

    /// Another server stands there now: nothing is known of its slots.
    public void serverChanged() {
        slots = Integer.MAX_VALUE;
        part = 1;
    }

    /// Sets this worker's share of the maximum and of the server's slots, all of them before. The
    /// window keeps the part that it has of what it may have, also where that is less than its
    /// minimum for a while.
    ///
    /// @param held partitions of the provider that the worker owns
    /// @param of partitions that there are, at least 1
    public void share(int held, int of) {
        sharesHeld = held;
        sharesOf = of;
    }

    /// How many attempts may run at once now.
    public int limit() {
        return (int) (width() + ROUNDING);
    }

    public int inFlight() {
        return inFlight;
    }

    /// How many more attempts may start.
    public int free(Instant now) {
        if (now.isBefore(closedUntil) || now.isBefore(nextTrial)) {
            return 0;
        }
        int free = Math.max(0, limit() - inFlight);
        return refusals > 0 ? Math.min(1, free) : free;
    }

    /// How long the window stays closed; zero if it is open.
    public Duration closedFor(Instant now) {
        return now.isBefore(closedUntil) ? Duration.between(now, closedUntil) : Duration.ZERO;
    }

    /// An attempt starts.
    public void started(Instant now) {
        inFlight++;
        if (refusals > 0) {
            nextTrial = now.plus(BETWEEN_TRIALS);
        }
    }

    /// A slot is given back, whatever became of its attempts.
    public void released() {
        if (inFlight == 0) {
            throw new IllegalStateException("more slots given back than taken");
        }
        inFlight--;
    }

    /// An attempt that began at `startedAt` completed; to be told before its slot is given back.
    ///
    /// @param latency until the first content of a stream, or until the whole answer
    /// @param stream which of the two
    public void succeeded(Instant startedAt, Duration latency, boolean stream, Instant now) {
        if (startedAt.isAfter(lastRefusal)) {
            refusals = 0;
            nextTrial = Instant.MIN;
        }
        if ((stream ? streamed : whole).isRising(latency)) {
            decrease(ON_RISING_LATENCY, startedAt, now);
        } else if (inFlight >= limit() * IN_USE) {
            part = Math.min(1, (width() + 1 / width()) / widest());
        }
    }

    /// An attempt that began at `startedAt` was throttled. The window closes for as long as the
    /// provider says, and for longer each time, up to five seconds; then one call a second is on
    /// trial, until one succeeds. A trial that is throttled too does not shrink the window further:
    /// it says nothing of how many are too many.
    ///
    /// @param retryAfter how long nothing shall be asked; zero where the provider did not say
    public void throttled(Instant startedAt, Duration retryAfter, Instant now) {
        if (startedAt.isAfter(lastRefusal)) {
            if (refusals == 0) {
                decrease(ON_THROTTLING, startedAt, now);
            }
            refusals++;
            lastRefusal = now;
        }
        Duration pause = pause();
        Instant until = now.plus(retryAfter.compareTo(pause) > 0 ? retryAfter : pause);
        if (until.isAfter(closedUntil)) {
            closedUntil = until;
        }
    }

    private Duration pause() {
        int doublings = Math.clamp(refusals - 1L, 0, MOST_DOUBLINGS);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private double width() {
        return Math.max(smallest, part * widest());
    }

    private int widest() {
        long all = Math.min(largest, slots);
        return (int) Math.max(smallest, all * sharesHeld / sharesOf);
    }

    private void decrease(double factor, Instant startedAt, Instant now) {
        if (startedAt.isAfter(lastDecrease)) {
            part = Math.min(part, Math.max(smallest, width() * factor) / widest());
            lastDecrease = now;
        }
    }
}
