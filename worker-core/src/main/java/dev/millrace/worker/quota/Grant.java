package dev.millrace.worker.quota;

import java.time.Instant;

/// The right to make one call.
///
/// @param demand what the call asks
/// @param tokens that were set aside for it; 0 where nothing is bounded
/// @param at when
public record Grant(Demand demand, long tokens, Instant at) {}
