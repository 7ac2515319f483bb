package dev.millrace.worker.quota;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// What calls use that take longer than a given time, from calls that have ended and from how long
/// those in flight have gone on: the estimate of Kaplan and Meier (1958), with late entry for what
/// began before the first of the ends that are remembered. Immutable.
final class LifeTable {
    /// What a call uses of which nothing is known: as much as many models answer with at most if
    /// they are not told otherwise.
    static final double FIRST = 4_096;

    /// Fewer say too little, of those that take longer, or of any.
    static final int FEW = 24;

    /// A call that ended.
    record Ended(double start, double end, double tokens) {
        double millis() {
            return end - start;
        }
    }

    private final double[] millis;
    private final double[] weights;
    private final double[] means;
    private final double[] squares;
    private final double unknown;

    /// @param calls that ended
    /// @param open when those in flight began
    /// @param from when the first of the calls ended, where those before are forgotten
    LifeTable(List<Ended> calls, double[] open, double from, double now) {
        List<Ended> byTime =
                calls.stream().sorted(Comparator.comparingDouble(Ended::millis)).toList();
        int number = byTime.size();
        double[] ages = Arrays.stream(open).map(start -> now - start).sorted().toArray();
        double[] late = late(byTime, open, from);
        millis = byTime.stream().mapToDouble(Ended::millis).toArray();
        weights = new double[number + 1];
        means = new double[number + 1];
        squares = new double[number + 1];
        double left = 1;
        for (int i = 0; i < number; i++) {
            int watched =
                    number - i + atLeast(ages, millis[i]) - atLeast(late, Math.nextUp(millis[i]));
            weights[i] = left / Math.max(1, watched);
            left -= weights[i];
        }
        weights[number] = Math.max(left, number < FEW ? 1.0 / (number + 1) : 0);
        unknown = byTime.stream().mapToDouble(Ended::tokens).reduce(FIRST, Math::max);
        sumUp(byTime);
    }

    /// What is thought of a call that has taken so long.
    ///
    /// @param most that it can use
    Outlook after(double taken, long most) {
        int first = Math.min(millis.length - atLeast(millis, Math.nextUp(taken)), last());
        if (weights[first] <= 0) {
            // All that were watched have ended before.
            return new Outlook(unknown, unknown * unknown, most);
        }
        double mean = means[first] / weights[first];
        double variance = Math.max(0, squares[first] / weights[first] - mean * mean);
        return new Outlook(mean, variance, most);
    }

    private int last() {
        return Math.max(0, millis.length - FEW);
    }

    /// For how long those had gone on that began before there was anybody to watch them.
    private static double[] late(List<Ended> calls, double[] open, double from) {
        double[] starts =
                Arrays.copyOf(
                        calls.stream().mapToDouble(Ended::start).toArray(),
                        calls.size() + open.length);
        System.arraycopy(open, 0, starts, calls.size(), open.length);
        return Arrays.stream(starts)
                .filter(start -> start < from)
                .map(start -> from - start)
                .sorted()
                .toArray();
    }

    /// From weights of single calls to those of all that take longer.
    private void sumUp(List<Ended> byTime) {
        int number = byTime.size();
        means[number] = weights[number] * unknown;
        squares[number] = weights[number] * 2 * unknown * unknown;
        for (int i = number - 1; i >= 0; i--) {
            double tokens = byTime.get(i).tokens();
            means[i] = means[i + 1] + weights[i] * tokens;
            squares[i] = squares[i + 1] + weights[i] * tokens * tokens;
            weights[i] += weights[i + 1];
        }
    }

    /// How many of the sorted are no less.
    private static int atLeast(double[] sorted, double least) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] >= least) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return sorted.length - low;
    }
}
