package dev.millrace.faults.audit;

import dev.millrace.faults.process.Role;
import java.time.Instant;

/// What was done to an instance.
///
/// @param kind of strike
/// @param role of the instance
/// @param instance its name
/// @param at when it began
/// @param until when its effects ended: until then an ingress's connections may break, and a
///   stopped worker may still make calls
public record Strike(Kind kind, Role role, String instance, Instant at, Instant until) {

    /// Ways to strike.
    public enum Kind {
        /// `kill -9`.
        KILL,
        /// SIGSTOP, and SIGCONT later.
        PAUSE,
        /// SIGTERM: it hands its work over.
        LEAVE,
        /// Its log, or a part of it, is away.
        CUT_OFF
    }

    /// Whether something that lasted from `start` to `end` can have been cut off.
    boolean touches(Instant start, Instant end) {
        return !start.isAfter(until) && !end.isBefore(at.minus(Scope.CLOCKS));
    }

    /// Whether another instance has to take over within seconds.
    boolean isTakenOver() {
        return kind == Kind.KILL || kind == Kind.PAUSE;
    }
}
