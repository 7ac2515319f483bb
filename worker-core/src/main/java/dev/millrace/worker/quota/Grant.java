package dev.millrace.worker.quota;

import java.time.Instant;

/// The right to make one call.
///
/// @param tokens that were set aside for it; 0 where nothing is bounded
/// @param at when
public record Grant(long tokens, Instant at) {}
