package dev.millrace.accounting.stream;

/// What an operator of the ledger has to know of, as metrics of the group
/// `stream-accounting-metrics`: `unpriced-total`, `unpriced-rate`, and so on, for each partition.
enum LedgerEvent {
    /// An attempt was charged without a price.
    UNPRICED,
    /// An attempt was charged without its end.
    ABANDONED,
    /// A charge was taken back.
    REVERSED,
    /// An attempt was charged anew at another price.
    RERATED,
    /// A record said what was known already.
    DUPLICATE,
    /// A label of a tenant has had more values in a month than are told apart.
    LABEL_CAPPED,
    /// A record was not charged.
    DEAD_LETTER
}
