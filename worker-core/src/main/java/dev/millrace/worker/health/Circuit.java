package dev.millrace.worker.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// Tells whether a target fails so often that those with another one should go there. It opens when
/// half of the last calls failed, of at least five and at most twenty within a minute; after half a
/// minute it is half open, and a call on trial closes it or opens it again for twice as long, up to
/// five minutes. The times are those of Envoy's outlier detection. Not thread-safe.
///
/// One call is on trial at a time, and meanwhile it counts as open: a target that hangs would else
/// take every call of the time until the first one ends. A trial that does not end gives way to the
/// next one. Calls that began before the circuit was half open tell of the time before, whenever
/// they end, and change nothing.
public final class Circuit {
    private static final int LEAST = 5;
    private static final int MOST = 20;
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration TRIAL = Duration.ofSeconds(30);

    /// Whether calls are made.
    public enum State {
        /// As usual.
        CLOSED,
        /// Not where there is another target; one may be on trial.
        OPEN,
        /// The next one is on trial.
        HALF_OPEN
    }

    private record Ended(Instant at, boolean failed) {}

    private final Deque<Ended> recent = new ArrayDeque<>();
    private Instant openUntil = Instant.MIN;
    private Instant trialSince = Instant.MIN;
    private Duration opensFor = SHORTEST;
    private boolean tripped;

    State state(Instant now) {
        if (!tripped) {
            return State.CLOSED;
        }
        return now.isBefore(openUntil(now)) || now.isBefore(trialSince.plus(TRIAL))
                ? State.OPEN
                : State.HALF_OPEN;
    }

    /// Until when it is open: not for longer than it can be. Whoever put the clock back would else
    /// have it open for as much longer.
    private Instant openUntil(Instant now) {
        if (openUntil.isAfter(now.plus(LONGEST))) {
            openUntil = now;
            trialSince = Instant.MIN;
            recent.clear();
        }
        return openUntil;
    }

    /// A call that could go elsewhere comes; on trial, it has to be made, or given back.
    Admission admit(Instant now) {
        return switch (state(now)) {
            case CLOSED -> Admission.USUAL;
            case OPEN -> Admission.ELSEWHERE;
            case HALF_OPEN -> {
                trialSince = now;
                yield Admission.ON_TRIAL;
            }
        };
    }

    /// The call that was admitted on trial then is not made, or has ended.
    void giveBack(Instant admittedAt) {
        if (trialSince.equals(admittedAt)) {
            trialSince = Instant.MIN;
        }
    }

    /// A call ended.
    ///
    /// @param startedAt when it began
    void ended(CallResult result, Instant startedAt, Instant now) {
        if (startedAt.isBefore(openUntil(now))) {
            return;
        }
        if (!startedAt.isBefore(trialSince)) {
            trialSince = Instant.MIN;
        }
        switch (result) {
            case COMPLETED -> succeeded(now);
            case FAILED -> failed(now);
            case THROTTLED, OTHER -> {}
        }
    }

    private void succeeded(Instant now) {
        if (tripped) {
            tripped = false;
            opensFor = SHORTEST;
            recent.clear();
        }
        remember(now, false);
    }

    private void failed(Instant now) {
        remember(now, true);
        if (tripped) {
            Duration twice = opensFor.multipliedBy(2);
            opensFor = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
            open(now);
            return;
        }
        long failures = recent.stream().filter(Ended::failed).count();
        if (recent.size() >= LEAST && failures * 2 >= recent.size()) {
            open(now);
        }
    }

    private void open(Instant now) {
        tripped = true;
        openUntil = now.plus(opensFor);
    }

    private void remember(Instant now, boolean failed) {
        recent.addLast(new Ended(now, failed));
        while (recent.size() > MOST || recent.getFirst().at().isBefore(now.minus(MEMORY))) {
            recent.removeFirst();
        }
    }
}
