package dev.millrace.accounting.ledger;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// The lengths of the buckets that costs are summed in. All are cut in UTC.
public enum BucketLength {
    HOUR("uuuu-MM-dd'T'HH"),
    DAY("uuuu-MM-dd"),
    MONTH("uuuu-MM");

    /// A bucket's label, of which the same is asked for again and again.
    private record Labelled(Instant start, String label) {}

    private final DateTimeFormatter format;
    private final String prefix = name().toLowerCase(Locale.ROOT) + "-";

    @SuppressWarnings("ImmutableEnumChecker") // what it holds is always true
    private volatile Labelled latest = new Labelled(Instant.MIN, "");

    BucketLength(String pattern) {
        this.format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /// The bucket of this length that a time lies in.
    public Bucket at(Instant time) {
        Instant start =
                switch (this) {
                    case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
                    case DAY -> time.truncatedTo(ChronoUnit.DAYS);
                    case MONTH ->
                            time.atZone(ZoneOffset.UTC)
                                    .truncatedTo(ChronoUnit.DAYS)
                                    .withDayOfMonth(1)
                                    .toInstant();
                };
        return new Bucket(this, start);
    }

    /// What the labels of all buckets of this length begin with, and no others.
    public String prefix() {
        return prefix;
    }

    String label(Instant start) {
        Labelled latest = this.latest;
        if (!latest.start.equals(start)) {
            latest = new Labelled(start, prefix + format.format(start));
            this.latest = latest;
        }
        return latest.label;
    }
}
