package dev.millrace.worker.validation;

import java.util.function.Supplier;

/// What may be spent in one check on keywords whose cost the number of evaluations does not tell:
/// `pattern`, in steps of RE2's machine (the text's characters times the pattern's instructions, at
/// most), and `uniqueItems`, in characters that are compared. Beyond that nothing is matched or
/// compared, and the check decides nothing. For one thread at a time.
final class CheckWork {

    /// Some tenths of a second.
    private static final long MOST = 20_000_000;

    private static final ScopedValue<CheckWork> CURRENT = ScopedValue.newInstance();

    private long left = MOST;
    private boolean usedUp;

    private CheckWork() {}

    /// Makes a check with a new allowance.
    static <T> T bounded(Supplier<T> check) {
        return ScopedValue.where(CURRENT, new CheckWork()).call(check::get);
    }

    /// @return whether so much may still be spent
    static boolean take(long steps) {
        CheckWork work = CURRENT.get();
        work.left -= steps;
        work.usedUp |= work.left < 0;
        return !work.usedUp;
    }

    /// Whether the running check had to leave something out.
    static boolean isUsedUp() {
        return CURRENT.get().usedUp;
    }
}
