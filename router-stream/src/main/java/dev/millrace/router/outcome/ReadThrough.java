package dev.millrace.router.outcome;

import java.time.Duration;
import java.time.Instant;

/// How far in time a partition has been read. A request must not be taken for expired while its
/// outcome may stand unread on the log, after a pause of the gate or under load. Not thread-safe.
final class ReadThrough {

    /// A partition without a new record for this long has been read to its end.
    private static final Duration QUIET = Duration.ofSeconds(5);

    private Instant written = Instant.EPOCH;
    private Instant lastRecord;

    /// @param now when reading starts
    ReadThrough(Instant now) {
        this.lastRecord = now;
    }

    /// A record has been read.
    ///
    /// @param recordWritten when the log took it
    void read(Instant recordWritten, Instant now) {
        if (recordWritten.isAfter(written)) {
            written = recordWritten;
        }
        lastRecord = now;
    }

    /// Up to which time everything that was written has been read.
    Instant until(Instant now) {
        boolean quiet = !now.isBefore(lastRecord.plus(QUIET));
        return quiet || written.isAfter(now) ? now : written;
    }
}
