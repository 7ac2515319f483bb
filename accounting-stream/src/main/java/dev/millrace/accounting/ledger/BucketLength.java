package dev.millrace.accounting.ledger;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// The lengths of the buckets that costs are summed in. All are cut in UTC.
public enum BucketLength {
    HOUR("uuuu-MM-dd'T'HH"),
    DAY("uuuu-MM-dd"),
    MONTH("uuuu-MM");

    private final DateTimeFormatter format;

    BucketLength(String pattern) {
        this.format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /// The bucket of this length that a time lies in.
    public Bucket at(Instant time) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        ZonedDateTime start =
                switch (this) {
                    case HOUR -> utc.truncatedTo(ChronoUnit.HOURS);
                    case DAY -> utc.truncatedTo(ChronoUnit.DAYS);
                    case MONTH -> utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
                };
        return new Bucket(this, start.toInstant());
    }

    String label(Instant start) {
        return name().toLowerCase(Locale.ROOT) + "-" + format.format(start);
    }
}
