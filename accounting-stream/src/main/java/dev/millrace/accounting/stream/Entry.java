package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.DeadLetter;

/// What becomes of an attempt's record.
sealed interface Entry {

    /// A charge for the ledger.
    ///
    /// @param countsRequest whether the request is counted with this attempt
    record Booking(Charge charge, boolean countsRequest) implements Entry {}

    /// A record that is not charged.
    record Refused(DeadLetter letter) implements Entry {}
}
