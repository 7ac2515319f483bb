package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;

/// Takes the charges on their way to the ledger.
@FunctionalInterface
interface Journal {

    /// @param timestamp of the record that caused the charge, in milliseconds since the epoch
    void book(Charge charge, long timestamp);
}
