package dev.millrace.ingress.costs;

import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The rows by label with buckets of one length. There may be too many to keep: those of the oldest
/// buckets are then left out.
///
/// @param rows that are kept
/// @param droppedUntil no rows of buckets that start at or before this time are kept; null if all
///   are
public record LabelledCosts(Collection<CostRow> rows, @Nullable Instant droppedUntil) {}
