package dev.millrace.accounting.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// How far back an attempt is recognised. An attempt's age counts from its start, which all of its
/// records repeat: once its closed entry is forgotten, every later record of it is too old, so that
/// none is charged a second time.
///
/// @param length of the window, positive
public record DedupeWindow(Duration length) {

    public DedupeWindow {
        if (!length.isPositive()) {
            throw new IllegalArgumentException("the dedupe window must be positive: " + length);
        }
    }

    /// The newest event time seen, in whole minutes, after one more record. A clock that runs ahead
    /// is held back by the time at which its record was written to the log.
    ///
    /// @param observed before the record
    /// @param happened the record's event time
    /// @param written when the log took the record
    public Instant observe(Instant observed, Instant happened, Instant written) {
        Instant seen = happened.isBefore(written) ? happened : written;
        Instant minute = seen.truncatedTo(ChronoUnit.MINUTES);
        return minute.isAfter(observed) ? minute : observed;
    }

    /// After which observed time an attempt is forgotten.
    public Instant expiry(Instant startedAt) {
        return startedAt.plus(length);
    }

    /// Whether an attempt is too old to be told from one that was forgotten.
    public boolean isPast(Instant startedAt, Instant observed) {
        return expiry(startedAt).isBefore(observed);
    }
}
