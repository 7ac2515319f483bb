package dev.millrace.cli.ledger;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// What one cost record sums up.
///
/// @param start of the hour, day or month, in UTC
/// @param currency null for the charges without a price
public record Group(
        Granularity granularity,
        Instant start,
        String tenant,
        @Nullable String keyId,
        String provider,
        String model,
        Lane lane,
        @Nullable String currency) {

    static Group of(Cost cost) {
        return new Group(
                cost.getGranularity(),
                cost.getBucketStart(),
                cost.getTenant(),
                cost.getKeyId(),
                cost.getProvider(),
                cost.getUpstreamModel(),
                cost.getLane(),
                cost.getCurrency());
    }

    static Group of(Charge charge, Granularity granularity) {
        return new Group(
                granularity,
                start(charge.getEndedAt(), granularity),
                charge.getTenant(),
                charge.getKeyId(),
                charge.getProvider(),
                charge.getUpstreamModel(),
                charge.getLane(),
                charge.getCurrency());
    }

    private static Instant start(Instant time, Granularity granularity) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        ZonedDateTime start =
                switch (granularity) {
                    case HOUR -> utc.truncatedTo(ChronoUnit.HOURS);
                    case DAY -> utc.truncatedTo(ChronoUnit.DAYS);
                    case MONTH -> utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
                    case UNKNOWN -> throw new IllegalArgumentException("a bucket has a length");
                };
        return start.toInstant();
    }

    @Override
    public String toString() {
        return granularity
                + " "
                + start
                + ", tenant "
                + tenant
                + (keyId == null ? "" : ", key " + keyId)
                + ", "
                + provider
                + "/"
                + model
                + ", "
                + lane
                + (currency == null ? ", unpriced" : ", " + currency);
    }
}
