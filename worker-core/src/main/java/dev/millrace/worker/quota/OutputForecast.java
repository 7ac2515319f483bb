package dev.millrace.worker.quota;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// How many completion tokens a call to one model will probably use, by what the latest calls used.
/// A call that goes on is compared with those that took as long, and those that have not ended yet
/// count too: short ones end first, and say nothing of the long ones. Not thread-safe.
final class OutputForecast {
    /// As many calls are remembered: the mean of so many is right within a thirtieth, even where
    /// outputs differ from each other as much as their mean.
    private static final int REMEMBERED = 1_024;

    /// What is thought changes little in so many milliseconds.
    private static final double STILL = 1_000;

    /// The end of a call that has gone on for longer is not waited for.
    private static final double LONGEST = 3_600_000;

    private final LifeTable.Ended[] ended = new LifeTable.Ended[REMEMBERED];
    private final Map<Grant, Boolean> open = new IdentityHashMap<>();
    private int next;
    private int known;
    private double largest = LifeTable.FIRST / 2.0;
    private double learned = Double.NEGATIVE_INFINITY;
    private LifeTable table = new LifeTable(List.of(), new double[0], 0, 0);

    /// Of a call that has taken so long.
    ///
    /// @param most that it can use
    Outlook after(double millis, long most, double now) {
        if (now - learned >= STILL) {
            learn(now);
        }
        return table.after(millis, most);
    }

    /// How many calls that is known from, at least 1.
    int known() {
        return Math.max(1, known);
    }

    void started(Grant grant) {
        open.put(grant, true);
    }

    /// Nobody knows what it would have used.
    void forget(Grant grant) {
        open.remove(grant);
    }

    /// A call ended. One that is larger than all before counts as no more than twice the largest: a
    /// server that lies once spoils little, and what really grows is known after a few calls.
    void ended(Grant grant, long tokens, double now) {
        open.remove(grant);
        double taken = Math.min(tokens, 2 * largest);
        largest = Math.max(largest, taken);
        ended[next] = new LifeTable.Ended(grant.at(), now, taken);
        next = (next + 1) % REMEMBERED;
        known = Math.min(known + 1, REMEMBERED);
        if (known <= LifeTable.FEW) {
            learned = Double.NEGATIVE_INFINITY;
        }
    }

    private void learn(double now) {
        learned = now;
        open.keySet().removeIf(grant -> now - grant.at() > LONGEST);
        double[] begun = open.keySet().stream().mapToDouble(Grant::at).toArray();
        List<LifeTable.Ended> calls = List.of(Arrays.copyOf(ended, known));
        double from =
                known < REMEMBERED
                        ? Double.NEGATIVE_INFINITY
                        : calls.stream().mapToDouble(LifeTable.Ended::end).min().orElse(now);
        table = new LifeTable(calls, begun, from, now);
    }
}
