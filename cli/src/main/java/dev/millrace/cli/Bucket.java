package dev.millrace.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;

/// The stretch of time that a line of costs sums up, in UTC.
enum Bucket {
    HOUR,
    DAY,
    MONTH;

    /// As the API and the command line spell it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The start of the bucket before the one that starts at `start`.
    Instant before(Instant start) {
        return switch (this) {
            case HOUR -> start.atOffset(ZoneOffset.UTC).minusHours(1).toInstant();
            case DAY -> start.atOffset(ZoneOffset.UTC).minusDays(1).toInstant();
            case MONTH -> start.atOffset(ZoneOffset.UTC).minusMonths(1).toInstant();
        };
    }

    /// The part of a bucket's start that tells it from others.
    ///
    /// @param start such as `2026-01-31T13:00:00Z`; anything else comes back as it is
    String shortened(String start) {
        if (!start.matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}.*")) {
            return start;
        }
        return switch (this) {
            case HOUR -> start.substring(0, 10) + " " + start.substring(11, 16);
            case DAY -> start.substring(0, 10);
            case MONTH -> start.substring(0, 7);
        };
    }
}
