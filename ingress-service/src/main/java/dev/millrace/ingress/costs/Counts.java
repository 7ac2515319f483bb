package dev.millrace.ingress.costs;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/// Counts that add up. Immutable.
public final class Counts {

    static final Counts NONE = of(_ -> 0);

    private final long[] values;

    private Counts(long[] values) {
        this.values = values;
    }

    /// @param value of each count
    public static Counts of(ToLongFunction<Count> value) {
        return new Counts(Arrays.stream(Count.values()).mapToLong(value).toArray());
    }

    public long of(Count count) {
        return values[count.ordinal()];
    }

    Counts plus(Counts other) {
        return of(count -> of(count) + other.of(count));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Counts that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
