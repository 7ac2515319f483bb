package dev.millrace.accounting.stream;

import java.util.Arrays;
import java.util.UUID;

/// Tells which ids are surely new, without asking a store that has millions. It remembers those of
/// the last while in two bit fields, one after the other, in which a new id stands by chance once
/// in hundreds of times; nothing that was added is ever taken for new. Not thread-safe.
final class RecentIds {

    /// How many ids a field takes, with 16 bits for each.
    private static final int MOST = 65_536;

    private static final int BITS = 16 * MOST;
    private static final int PROBES = 6;

    private long[] newer = new long[BITS / Long.SIZE];
    private long[] older = new long[BITS / Long.SIZE];
    private final long until;
    private long since;
    private long newerLatest = Long.MIN_VALUE;
    private long olderLatest = Long.MIN_VALUE;
    private int size;

    /// @param latest nothing was added before with a time after this, up to the limit
    /// @param until the limit: of what has a later time nothing is known
    RecentIds(long latest, long until) {
        this.since = latest + 1;
        this.until = until;
    }

    /// @param time of the id, always the same one
    void add(UUID id, long time) {
        if (time > until) {
            return;
        }
        if (size == MOST) {
            since = Math.max(since, olderLatest + 1);
            long[] emptied = older;
            Arrays.fill(emptied, 0);
            older = newer;
            olderLatest = newerLatest;
            newer = emptied;
            newerLatest = Long.MIN_VALUE;
            size = 0;
        }
        long hash = hash(id);
        long step = step(hash);
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash + probe * step);
            newer[bit >>> 6] |= 1L << bit;
        }
        newerLatest = Math.max(newerLatest, time);
        size++;
    }

    /// Whether the id was surely not added before, by whomever. False where that is not known.
    boolean isNew(UUID id, long time) {
        if (time < since || time > until) {
            return false;
        }
        long hash = hash(id);
        return !contains(newer, hash) && !contains(older, hash);
    }

    private static boolean contains(long[] field, long hash) {
        long step = step(hash);
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash + probe * step);
            if ((field[bit >>> 6] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static long hash(UUID id) {
        long mixed =
                (id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 29))
                        * 0x9e3779b97f4a7c15L;
        return (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
    }

    /// Never 0, so that the probes are seldom the same bit.
    private static long step(long hash) {
        return Long.rotateLeft(hash, 32) | 1;
    }

    private static int bit(long probe) {
        return (int) (probe >>> 40) & BITS - 1;
    }
}
