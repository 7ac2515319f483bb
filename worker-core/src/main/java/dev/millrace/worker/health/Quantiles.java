package dev.millrace.worker.health;

import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Of some times, in milliseconds.
///
/// @param p50 the median
/// @param p95 what one in twenty exceeds
public record Quantiles(long p50, long p95) {

    /// Null of none.
    static @Nullable Quantiles of(LongStream times) {
        long[] sorted = times.sorted().toArray();
        return sorted.length == 0 ? null : new Quantiles(at(sorted, 0.5), at(sorted, 0.95));
    }

    private static long at(long[] sorted, double part) {
        return sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
}
