package dev.millrace.worker.quota;

import java.util.Arrays;

/// How much was spent in the last minute, in slices of a quarter of a second: nothing that was
/// spent less than a minute ago is forgotten. Times are milliseconds that never decrease. Not
/// thread-safe.
final class MinuteLog {
    private static final long SLICE = 250;
    private static final double ROUNDING = 1e-6;
    private static final int SLICES = 60_000 / (int) SLICE + 1;

    private final double[] spent = new double[SLICES];
    private long newest;
    private double sum;

    /// What was spent in the last minute.
    double sum(double now) {
        advance(now);
        return sum;
    }

    void add(double amount, double now) {
        advance(now);
        spent[index(newest)] += amount;
        sum += amount;
    }

    /// Takes back what was added at a time, or puts more to it; what has left the minute is past.
    void correct(double difference, double at) {
        long slice = slice(at);
        if (slice > newest - SLICES && slice <= newest) {
            double corrected = Math.max(0, spent[index(slice)] + difference);
            sum += corrected - spent[index(slice)];
            spent[index(slice)] = corrected;
        }
    }

    /// Keeps this part of all that was spent.
    void scale(double part) {
        sum = 0;
        for (int i = 0; i < SLICES; i++) {
            spent[i] *= part;
            sum += spent[i];
        }
    }

    /// How many milliseconds until the last minute's sum is no more than this.
    double untilAtMost(double most, double now) {
        advance(now);
        double left = sum - ROUNDING;
        long oldest = newest - SLICES + 1;
        for (long slice = oldest; left > most && slice <= newest; slice++) {
            left -= spent[index(slice)];
            if (left <= most || slice == newest) {
                return (slice + SLICES) * SLICE - now;
            }
        }
        return 0;
    }

    private void advance(double now) {
        long slice = slice(now);
        if (slice - newest >= SLICES) {
            Arrays.fill(spent, 0);
            sum = 0;
            newest = slice;
        }
        while (newest < slice) {
            newest++;
            sum = Math.max(0, sum - spent[index(newest)]);
            spent[index(newest)] = 0;
        }
    }

    private static long slice(double millis) {
        return (long) (millis / SLICE);
    }

    private static int index(long slice) {
        return (int) (slice % SLICES);
    }
}
