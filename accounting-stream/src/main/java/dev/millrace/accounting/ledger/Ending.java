package dev.millrace.accounting.ledger;

/// How far a provider call came, as far as its cost is concerned.
public enum Ending {
    /// The model answered to the end.
    COMPLETED,
    /// The provider refused the call or could not be reached: no model ran.
    REFUSED,
    /// The call stopped on its way, or nobody knows how it ended: a model may have run.
    BROKEN_OFF
}
