package dev.millrace.cli.focus;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// One row: a line of a charge, and where the charge stands.
///
/// @param charge the charge
/// @param line the part of it
/// @param writtenAt when the charge came on the log
/// @param partition of the topic
/// @param offset in the partition
/// @param billingAccount the id of the billing account
record FocusRow(
        Charge charge,
        FocusLine line,
        Instant writtenAt,
        int partition,
        long offset,
        String billingAccount) {

    /// Whether the row corrects another one, of whatever month.
    boolean corrects() {
        return charge.getKind() == ChargeKind.REVERSAL || charge.getCorrects() != null;
    }

    /// The hour of the ledger that the charge is in.
    Instant chargePeriod() {
        return charge.getEndedAt().truncatedTo(ChronoUnit.HOURS);
    }

    /// The month that the row is billed with: that of the charge, or where it is a correction, the
    /// one in which it was made.
    ZonedDateTime billingPeriod() {
        ZonedDateTime used = month(charge.getEndedAt());
        ZonedDateTime written = month(writtenAt);
        return corrects() && written.isAfter(used) ? written : used;
    }

    /// `Correction` where a month before the row's own is corrected, as FOCUS defines it.
    @Nullable String chargeClass() {
        return billingPeriod().isAfter(month(charge.getEndedAt())) ? "Correction" : null;
    }

    private static ZonedDateTime month(Instant time) {
        return time.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
    }
}
