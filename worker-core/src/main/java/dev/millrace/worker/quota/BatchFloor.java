package dev.millrace.worker.quota;

/// What batches get of a quota that interactive calls ask for too: a tenth, in tokens where those
/// are limited, else in calls. It is batch's turn whenever interactive calls had nine times what
/// batches had. Who was alone and had more owes, or is owed, no more than one call of it.
///
/// A batch call whose turn it is may be large and wait for room in the minute. So that interactive
/// calls do not wait with it, nor take all the room for ever, they go on at the rate that leaves
/// the batch call its room within a minute. Once it is granted, they wait for its debt as for that
/// of every large call. Not thread-safe.
final class BatchFloor {
    private static final long TIMES = 9;
    private static final double MINUTE = 60_000;

    private long credit;
    private double waitsFrom;
    private double asked = Double.NEGATIVE_INFINITY;
    private double passed;

    /// Whether batches had no more than their tenth.
    boolean isBatchsTurn() {
        return credit >= 0;
    }

    /// A call was granted.
    ///
    /// @param amount tokens, or 1
    void granted(long amount, boolean batch) {
        if (batch) {
            long owed = -TIMES * amount;
            credit = Math.min(credit, Math.max(credit + owed, owed));
            asked = Double.NEGATIVE_INFINITY;
        } else {
            credit = Math.max(credit, Math.min(credit + amount, amount));
            passed += amount;
        }
    }

    /// Whether an interactive call may be granted now before a batch call that waits for room.
    /// Asked when a slot is free, which may be seldom: after a minute without, it waits no more.
    ///
    /// @param needed by the batch call
    /// @param perMinute what may be spent in a minute
    boolean mayPass(double needed, double perMinute, double now) {
        if (now - asked > MINUTE) {
            waitsFrom = now;
            passed = 0;
        }
        asked = now;
        double left = Math.max(0, perMinute - needed) * Meter.FILLS;
        return passed <= left * (now - waitsFrom) / MINUTE;
    }
}
