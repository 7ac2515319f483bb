package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Knows what was charged before. Thread-safe.
public interface ChargeHistory {

    /// Starts to read the charges of a partition, and returns without waiting.
    ///
    /// @param since charges of attempts that ended before are not needed
    /// @param last the charge to read up to at least, which may be on its way to the log; null for
    ///   none
    /// @param wanted which charges to hand out; called on another thread
    Reading read(
            int partition, Instant since, @Nullable Booked last, Predicate<? super Charge> wanted);

    /// Starts to read all charges and reversals of a partition that were booked up to now, and
    /// returns without waiting.
    ///
    /// @param last the one booked last, which may be on its way to the log, and with which the
    ///   reading ends; null: the reading ends with what the log has when it is [Reading#isBounded]
    Reading readAll(int partition, @Nullable Booked last);

    /// A charge that was booked.
    ///
    /// @param at when, by the clock of who booked it
    record Booked(UUID chargeId, Instant at) {}

    /// A reading under way. For one thread.
    interface Reading extends AutoCloseable {

        /// The next charges in the log's order, as many as are at hand. Unless all are read, those
        /// that a reversal has taken back are left out.
        List<Charge> next(int most);

        /// How far the reading has come.
        Progress progress();

        /// Whether it is known where the reading ends: what is booked from now on is not read.
        boolean isBounded();

        /// From when on everything is kept; null if nothing was ever deleted. Known when the
        /// reading is complete.
        @Nullable Instant keptFrom();

        @Override
        void close();
    }

    /// How far a reading has come.
    enum Progress {
        /// There may be more.
        UNDER_WAY,
        /// Everything was handed out.
        COMPLETE,
        /// The log could not be read to the end.
        FAILED
    }
}
