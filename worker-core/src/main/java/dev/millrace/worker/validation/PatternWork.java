package dev.millrace.worker.validation;

import java.util.function.Supplier;

/// What matching patterns may cost in one check, in steps of RE2's machine: the text's characters
/// times the pattern's instructions, at most. Beyond that nothing is matched, and the check decides
/// nothing. For one thread at a time.
final class PatternWork {

    /// Some tenths of a second.
    private static final long MOST = 20_000_000;

    private static final ScopedValue<PatternWork> CURRENT = ScopedValue.newInstance();

    private long left = MOST;
    private boolean usedUp;

    private PatternWork() {}

    /// Makes a check with a new allowance.
    static <T> T bounded(Supplier<T> check) {
        return ScopedValue.where(CURRENT, new PatternWork()).call(check::get);
    }

    /// @return whether a pattern may still be matched at this cost
    static boolean take(long steps) {
        PatternWork work = CURRENT.get();
        work.left -= steps;
        work.usedUp |= work.left < 0;
        return !work.usedUp;
    }

    /// Whether the running check had to leave a pattern out.
    static boolean isUsedUp() {
        return CURRENT.get().usedUp;
    }
}
