package dev.millrace.accounting.stream;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Knows which rebuilds of the sums were asked for. Thread-safe.
public interface Rebuilds {

    /// Nothing was ever asked for.
    Rebuilds NONE = _ -> null;

    /// The place before everything that was asked for.
    long NOWHERE = -1;

    /// The next one behind a place.
    ///
    /// @param place of the one that was done last; [#NOWHERE] gives the newest there is
    /// @return null if there is none
    @Nullable Wanted after(long place);

    /// A rebuild that was asked for.
    ///
    /// @param place in the order in which they were
    /// @param id its identity
    /// @param apply whether sums that differ are replaced; if not, they are counted only
    /// @param requestedAt when
    /// @param author what asked
    record Wanted(long place, UUID id, boolean apply, Instant requestedAt, String author) {}
}
