package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.DeadLetter;
import java.time.Instant;

/// What becomes of attempts' records.
sealed interface Entry {

    /// A charge for the ledger.
    ///
    /// @param record the charge as it stands on its topic
    record Booking(Charge charge, byte[] record) implements Entry {}

    /// Everything is charged that was written up to a time: hours that were over by then are
    /// closed.
    record ReadUntil(Instant time) implements Entry {}

    /// A record that is not charged.
    record Refused(DeadLetter letter) implements Entry {}
}
