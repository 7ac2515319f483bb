package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.DeadLetter;

/// What becomes of an attempt's record.
sealed interface Entry {

    /// A charge for the ledger.
    record Booking(Charge charge) implements Entry {}

    /// A record that is not charged.
    record Refused(DeadLetter letter) implements Entry {}
}
