package dev.millrace.worker.quota;

/// Bounds what one worker spends of one quantity in a minute, requests or tokens, by two rules.
///
/// A leaky bucket as a meter (the virtual scheduling of ITU-T I.371): it fills at 95 % of the share
/// and holds 5 % of it, so that no minute sees more than all of it. Its whole state is the moment
/// at which it was, or will be, empty; that does not depend on the share and so goes with a
/// partition to its next owner: what is spent in a minute is bounded however often partitions move.
///
/// What is larger than the bucket waits until it is full, and leaves a debt. The second rule bounds
/// that: what was spent in the last minute and what is asked for are together no more than the
/// share. Only what is larger than a minute's share may exceed it, alone in its minute.
///
/// Times are milliseconds that never decrease. Not thread-safe.
final class Meter {
    /// What part of the share comes in a minute.
    static final double FILLS = 0.95;

    private static final double HOLDS = 0.05;
    private static final double MINUTE = 60_000;

    private final double leastHeld;
    private final MinuteLog spent = new MinuteLog();
    private double perMinute;
    private double share;
    private double emptyAt;

    /// @param leastHeld what the bucket holds at least: one request, of requests
    /// @param perMinute the quota of all workers
    Meter(double leastHeld, double perMinute) {
        this.leastHeld = leastHeld;
        this.perMinute = perMinute;
    }

    /// Sets another quota; what was spent counts against it.
    void limit(double newPerMinute) {
        perMinute = newPerMinute;
    }

    /// The quota of all workers.
    double perMinute() {
        return perMinute;
    }

    /// How much of it this worker may spend in a minute.
    double mayBeSpent() {
        return perMinute * share;
    }

    /// When the bucket was, or will be, empty: in the future if there are debts.
    double emptyAt() {
        return emptyAt;
    }

    /// Partitions come: their parts of the bucket are poured into it.
    ///
    /// @param newShare of the quota that they and those before make up, to 1
    /// @param empty when their parts were, or will be, empty; in more than a minute counts as in a
    ///   minute, for no debt lasts longer: the clock of who wrote it was ahead
    void grow(double newShare, double empty, double now) {
        double own = bounded(now) * share;
        double part = newShare - share;
        share = newShare;
        if (part > 0) {
            double poured = Math.clamp(empty, now - holds() / rate(), now + MINUTE);
            emptyAt = (own + poured * part) / newShare;
        }
    }

    /// Partitions go, and take their parts of the bucket and of what was spent with them.
    ///
    /// @param newShare of the quota that is left, from 0
    void shrink(double newShare) {
        if (newShare < share) {
            spent.scale(newShare / share);
        }
        share = newShare;
    }

    /// How long this much has to wait, in milliseconds; 0 if not at all.
    double wait(double amount, double now) {
        return wait(amount, 0, now);
    }

    /// The same, with some of the minute kept free.
    double wait(double amount, double reserve, double now) {
        if (share <= 0) {
            return MINUTE;
        }
        double room = Math.max(0, mayBeSpent() - amount - reserve);
        double level = Math.min(amount, holds());
        return Math.max(queue(level, now), spent.untilAtMost(room, now));
    }

    /// How long until the bucket has taken in this much, in milliseconds.
    double queue(double amount, double now) {
        return share <= 0 ? MINUTE : Math.max(0, bounded(now) + amount / rate() - now);
    }

    void spend(double amount, double now) {
        emptyAt = bounded(now) + amount / rate();
        spent.add(amount, now);
    }

    /// What was spent at a time was more, or less, than was thought. No debt lasts for longer than
    /// a minute: what was spent before does not count any more.
    void correct(double difference, double at, double now) {
        if (share > 0) {
            emptyAt = Math.min(emptyAt + difference / rate(), Math.max(emptyAt, now + MINUTE));
        }
        spent.correct(difference, at);
    }

    /// No bucket holds more than a full one.
    private double bounded(double now) {
        return share <= 0 ? emptyAt : Math.max(emptyAt, now - holds() / rate());
    }

    private double rate() {
        return FILLS * perMinute * share / MINUTE;
    }

    private double holds() {
        return Math.max(leastHeld, HOLDS * perMinute * share);
    }
}
