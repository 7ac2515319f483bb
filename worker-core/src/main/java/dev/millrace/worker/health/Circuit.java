package dev.millrace.worker.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// Tells whether a target fails so often that those with another one should go there. It opens when
/// half of the last calls failed, of at least five and at most twenty within a minute; after half a
/// minute it is half open, and the next call closes it or opens it again for twice as long, up to
/// five minutes. The times are those of Envoy's outlier detection. Not thread-safe.
public final class Circuit {
    private static final int LEAST = 5;
    private static final int MOST = 20;
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /// Whether calls are made.
    public enum State {
        /// As usual.
        CLOSED,
        /// Not where there is another target.
        OPEN,
        /// Again, on trial.
        HALF_OPEN
    }

    private record Ended(Instant at, boolean failed) {}

    private final Deque<Ended> recent = new ArrayDeque<>();
    private Instant openUntil = Instant.MIN;
    private Duration opensFor = SHORTEST;
    private boolean tripped;

    State state(Instant now) {
        if (!tripped) {
            return State.CLOSED;
        }
        return now.isBefore(openUntil) ? State.OPEN : State.HALF_OPEN;
    }

    void succeeded(Instant now) {
        if (tripped && state(now) == State.HALF_OPEN) {
            tripped = false;
            opensFor = SHORTEST;
            recent.clear();
        }
        ended(now, false);
    }

    void failed(Instant now) {
        ended(now, true);
        switch (state(now)) {
            case CLOSED -> {
                long failures = recent.stream().filter(Ended::failed).count();
                if (recent.size() >= LEAST && failures * 2 >= recent.size()) {
                    open(now);
                }
            }
            case HALF_OPEN -> {
                Duration twice = opensFor.multipliedBy(2);
                opensFor = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
                open(now);
            }
            case OPEN -> {}
        }
    }

    private void open(Instant now) {
        tripped = true;
        openUntil = now.plus(opensFor);
    }

    private void ended(Instant now, boolean failed) {
        recent.addLast(new Ended(now, failed));
        while (recent.size() > MOST || recent.getFirst().at().isBefore(now.minus(MEMORY))) {
            recent.removeFirst();
        }
    }
}
