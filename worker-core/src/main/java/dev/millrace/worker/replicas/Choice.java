package dev.millrace.worker.replicas;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// Chooses a server for a call. Pure.
///
/// A conversation's server is drawn by weighted rendezvous hashing: each server draws a number for
/// the key, divided by the server's weight, and the least wins. Whoever draws has the same result,
/// a server that goes away gives its keys to the others in equal shares, one that gains weight
/// gains keys alone. The load is bounded (Mirrokni, Thorup and Zadimoghaddam, *Consistent Hashing
/// with Bounded Loads*, 2016): nobody gets a call beyond [#BOUND] times its share of all calls
/// under way, and the key's next server takes it instead.
final class Choice {
    /// The bound on a server's calls, in shares. HAProxy's documentation of `hash-balance-factor`
    /// calls 125 to 200 % reasonable; calls to models are long, so that waiting for others costs
    /// more than a prompt that is not in the cache.
    static final double BOUND = 1.25;

    private static final double ROUNDING = 1e-9;

    /// A server that may be chosen.
    ///
    /// @param weight its share of the calls, relative to the others'; above 0
    /// @param underWay calls that it has now
    record Candidate(Replica replica, double weight, int underWay) {}

    private Choice() {}

    /// @param candidates at least one
    static Replica among(List<Candidate> candidates, Wish wish) {
        return wish.sticks() ? drawn(candidates, wish.key()) : leastBusy(candidates, wish.key());
    }

    private static Replica drawn(List<Candidate> candidates, long key) {
        double weights = 0;
        int calls = 1;
        for (Candidate candidate : candidates) {
            weights += candidate.weight();
            calls += candidate.underWay();
        }
        double bound = BOUND * calls / weights;
        return least(
                candidates,
                candidate -> hasRoom(candidate, bound) ? 0 : 1,
                candidate -> draw(candidate, key));
    }

    private static boolean hasRoom(Candidate candidate, double bound) {
        return candidate.underWay() < Math.ceil(bound * candidate.weight() - ROUNDING);
    }

    /// Equally busy ones are drawn.
    private static Replica leastBusy(List<Candidate> candidates, long key) {
        return least(
                candidates,
                candidate -> (candidate.underWay() + 1) / candidate.weight(),
                candidate -> draw(candidate, key));
    }

    private static Replica least(
            List<Candidate> candidates,
            ToDoubleFunction<Candidate> first,
            ToDoubleFunction<Candidate> then) {
        Candidate best = candidates.getFirst();
        for (Candidate candidate : candidates) {
            int order = Double.compare(first.applyAsDouble(candidate), first.applyAsDouble(best));
            if (order < 0
                    || (order == 0 && then.applyAsDouble(candidate) < then.applyAsDouble(best))) {
                best = candidate;
            }
        }
        return best.replica();
    }

    /// Exponentially distributed with the weight as its rate, which makes the least of several one
    /// server's as often as its weight says.
    private static double draw(Candidate candidate, long key) {
        long bits = mixed(key ^ candidate.replica().place());
        double uniform = ((bits >>> 11) + 0.5) * 0x1p-53;
        return -Math.log(uniform) / candidate.weight();
    }

    /// Spreads what differs in a few bits over all of them: the finalizer of SplitMix64 (Steele,
    /// Lea and Flood, 2014).
    static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
