package dev.millrace.accounting.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How many attempts took how long, in steps of a fixed scale: each millisecond up to 31, from
/// there on 16 steps to each doubling. A step's longest time is thus above any of its times by less
/// than a sixteenth. What was added can be taken away again, and leaves nothing. Immutable.
public final class Histogram {

    /// Without any attempt.
    public static final Histogram EMPTY = new Histogram(new long[0], new long[0]);

    private static final int EXACT = 32;
    private static final int STEPS_BITS = 4;

    private final long[] bounds;
    private final long[] attempts;

    private Histogram(long[] bounds, long[] attempts) {
        this.bounds = bounds;
        this.attempts = attempts;
    }

    /// The longest time of the step that a time is in.
    ///
    /// @param millis below 0 counts as 0
    public static long bound(long millis) {
        if (millis < EXACT) {
            return Math.max(0, millis);
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(millis) - STEPS_BITS;
        return ((millis >>> shift) + 1 << shift) - 1;
    }

    /// Attempts by the longest time of their step, ascending; each is a step of the scale.
    public static Histogram of(long[] bounds, long[] attempts) {
        return EMPTY.plus(new Histogram(bounds, attempts));
    }

    /// This and another one.
    public Histogram plus(Histogram other) {
        return other.bounds.length == 0 ? this : merge(other);
    }

    /// What is told of a step.
    @FunctionalInterface
    public interface Step<T> {

        /// @param upTo the longest time of the step, in milliseconds
        /// @param attempts in this step alone
        T of(long upTo, long attempts);
    }

    /// Tells of each step, ascending. A step without attempts is left out.
    public <T> List<T> steps(Step<T> told) {
        List<T> all = new ArrayList<>(bounds.length);
        for (int i = 0; i < bounds.length; i++) {
            all.add(told.of(bounds[i], attempts[i]));
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && Arrays.equals(bounds, that.bounds)
                && Arrays.equals(attempts, that.attempts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bounds) + Arrays.hashCode(attempts);
    }

    @Override
    public String toString() {
        return steps((upTo, number) -> upTo + "=" + number).toString();
    }

    private Histogram merge(Histogram other) {
        long[] merged = new long[bounds.length + other.bounds.length];
        long[] counts = new long[merged.length];
        int size = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < bounds.length || theirs < other.bounds.length) {
            long next =
                    Math.min(
                            mine < bounds.length ? bounds[mine] : Long.MAX_VALUE,
                            theirs < other.bounds.length ? other.bounds[theirs] : Long.MAX_VALUE);
            long count = 0;
            if (mine < bounds.length && bounds[mine] == next) {
                count = attempts[mine++];
            }
            if (theirs < other.bounds.length && other.bounds[theirs] == next) {
                count += other.attempts[theirs++];
            }
            if (count != 0) {
                merged[size] = next;
                counts[size++] = count;
            }
        }
        return size == 0
                ? EMPTY
                : new Histogram(Arrays.copyOf(merged, size), Arrays.copyOf(counts, size));
    }
}
