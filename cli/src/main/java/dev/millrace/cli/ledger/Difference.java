package dev.millrace.cli.ledger;

/// A place where the ledger is not what its records say.
///
/// @param subject the attempt, charge or sum
/// @param reason what differs
public record Difference(String subject, String reason) {}
