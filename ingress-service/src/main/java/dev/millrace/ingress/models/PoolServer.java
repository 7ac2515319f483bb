package dev.millrace.ingress.models;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One of the several servers of a provider, as a worker sees it.
///
/// @param address host and port, with the path where it is not the usual one
/// @param state whether it gets calls
/// @param inFlight calls of that worker that it works on
/// @param load what it said of itself when it was last well; null where it says nothing
/// @param lastError what went wrong last; null before the first
/// @param lastErrorAt when it was
public record PoolServer(
        String address,
        State state,
        int inFlight,
        @Nullable ServerLoad load,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {

    /// Whether a server gets calls.
    public enum State {
        UNKNOWN,
        READY,
        /// Fewer for a while.
        WARMING_UP,
        /// While no other server would take them.
        RESTING,
        /// While no other server is ready.
        DOWN
    }

    /// Whether it gets calls as a matter of course.
    public boolean takesCalls() {
        return state == State.READY || state == State.WARMING_UP;
    }
}
