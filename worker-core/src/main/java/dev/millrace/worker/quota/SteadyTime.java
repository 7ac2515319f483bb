package dev.millrace.worker.quota;

import java.time.Instant;

/// Time that never goes back, made from a wall clock that may. A step back of up to a second is
/// waited for; by a longer one the time is shifted, so that what was spent stays spent as long ago
/// as it was. A step forward is not told from a pause. Not thread-safe.
final class SteadyTime {
    private static final long WAITED_FOR = 1_000;

    private long shift;
    private long latest = Long.MIN_VALUE;

    /// Milliseconds that do not decrease from call to call; those of the epoch, as long as the
    /// clock has not been put back.
    long millis(Instant now) {
        long millis = now.toEpochMilli() + shift;
        if (latest > millis + WAITED_FOR) {
            shift += latest - millis;
        }
        latest = Math.max(latest, millis);
        return latest;
    }

    /// What [#millis] returned last.
    long latest() {
        return latest;
    }

    /// The moment of a wall clock as one of this time.
    double steady(double wall) {
        return wall + shift;
    }

    /// The moment as the wall clock now tells it.
    double wall(double steady) {
        return steady - shift;
    }
}
