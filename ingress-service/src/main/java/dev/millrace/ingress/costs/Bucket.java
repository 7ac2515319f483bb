package dev.millrace.ingress.costs;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The length of a bucket, in UTC.
public enum Bucket {
    HOUR,
    DAY,
    MONTH;

    /// The start of the bucket that a time lies in.
    public Instant startOf(Instant time) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        return switch (this) {
            case HOUR -> utc.truncatedTo(ChronoUnit.HOURS).toInstant();
            case DAY -> utc.truncatedTo(ChronoUnit.DAYS).toInstant();
            case MONTH -> utc.withDayOfMonth(1).with(LocalTime.MIDNIGHT).toInstant();
        };
    }

    static Optional<Bucket> spelled(String word) {
        return Arrays.stream(values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst();
    }
}
