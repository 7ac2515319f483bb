package dev.millrace.worker.quota;

/// The right to make one call.
///
/// @param demand what the call asks
/// @param tokens that were set aside for it; 0 where nothing is bounded
/// @param at when, in the share's own time
public record Grant(Demand demand, long tokens, long at) {}
