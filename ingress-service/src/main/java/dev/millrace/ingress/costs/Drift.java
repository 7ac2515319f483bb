package dev.millrace.ingress.costs;

import java.time.Instant;

/// What the latest check of one partition's sums against its charges came to.
///
/// @param sums that differed; those that were replaced then are not counted
/// @param checkedAt when
public record Drift(long sums, Instant checkedAt) {}
