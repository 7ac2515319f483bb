package dev.millrace.ingress.costs;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/// How many attempts took how long, by steps. Latencies of several groups add up. Immutable.
public final class Latencies {

    /// Of no attempt.
    public static final Latencies NONE = new Latencies(new long[0], new long[0]);

    private final long[] bounds;
    private final long[] attempts;

    private Latencies(long[] bounds, long[] attempts) {
        this.bounds = bounds;
        this.attempts = attempts;
    }

    /// @param steps attempts by the longest time of their step, in milliseconds. A step that lost
    ///   more than it had is taken for empty: charges of older versions are in no step, and may
    ///   have been taken back
    public static Latencies of(SortedMap<Long, Long> steps) {
        long[] bounds = new long[steps.size()];
        long[] attempts = new long[steps.size()];
        int size = 0;
        for (var step : steps.entrySet()) {
            if (step.getValue() > 0) {
                bounds[size] = step.getKey();
                attempts[size++] = step.getValue();
            }
        }
        return size == 0
                ? NONE
                : new Latencies(Arrays.copyOf(bounds, size), Arrays.copyOf(attempts, size));
    }

    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /// The time within which this part of the attempts was done, in milliseconds: the longest of
    /// the step that it lies in, which is less than a sixteenth too long.
    ///
    /// @param percent above 0, at most 100
    /// @throws IllegalStateException if there are no attempts
    public long percentile(int percent) {
        long all = Arrays.stream(attempts).sum();
        long rank = (all * percent + 99) / 100;
        for (int i = 0; i < bounds.length; i++) {
            rank -= attempts[i];
            if (rank <= 0) {
                return bounds[i];
            }
        }
        throw new IllegalStateException("no attempts have no percentile");
    }

    Latencies plus(Latencies other) {
        if (other.isEmpty() || isEmpty()) {
            return isEmpty() ? other : this;
        }
        SortedMap<Long, Long> steps = new TreeMap<>();
        addTo(steps);
        other.addTo(steps);
        return of(steps);
    }

    private void addTo(SortedMap<Long, Long> steps) {
        for (int i = 0; i < bounds.length; i++) {
            steps.merge(bounds[i], attempts[i], Long::sum);
        }
    }
}
