package dev.millrace.worker.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How one of the several servers of a provider fares.
///
/// @param address host and port, with the path where it is not the usual one; no credential
/// @param inFlight calls of this worker that it works on
/// @param load what it said of itself when it was last well
/// @param lastError what went wrong last; null before the first
/// @param lastErrorAt when it was
public record ServerReport(
        String address,
        State state,
        int inFlight,
        ServerLoad load,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {

    /// Whether it gets calls.
    public enum State {
        /// As usual.
        READY,
        /// Fewer for a while.
        WARMING_UP,
        /// While no other server would take them: its last calls went wrong.
        RESTING,
        /// While no other server is ready.
        DOWN
    }
}
