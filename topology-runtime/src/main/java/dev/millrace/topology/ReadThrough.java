package dev.millrace.topology;

import java.time.Duration;
import java.time.Instant;

/// How far in time a partition has been read. What is late must not be taken for missing while it
/// may stand unread on the log, after a pause of the service or under load: it would be decided on,
/// and the decision be wrong. Not thread-safe.
public final class ReadThrough {

    /// A partition without a new record for this long has been read to its end.
    private static final Duration QUIET = Duration.ofSeconds(5);

    private Instant written = Instant.EPOCH;
    private Instant lastRecord;

    /// @param now when reading starts
    public ReadThrough(Instant now) {
        this.lastRecord = now;
    }

    /// A record has been read.
    ///
    /// @param recordWritten when the log took it
    public void read(Instant recordWritten, Instant now) {
        if (recordWritten.isAfter(written)) {
            written = recordWritten;
        }
        lastRecord = now;
    }

    /// Up to which time everything that was written has been read.
    public Instant until(Instant now) {
        boolean quiet = !now.isBefore(lastRecord.plus(QUIET));
        return quiet || written.isAfter(now) ? now : written;
    }
}
