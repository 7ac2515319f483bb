package dev.millrace.faults.audit;

import java.time.Duration;

/// Which promises a fault leaves in force besides those that always are.
///
/// @param everyAnswer whether every accepted request has to be answered, since the provider works
///   and the log takes records
/// @param noNeedlessCalls whether a request may be sent to the provider again only after its worker
///   was struck
/// @param callsPerRequest the most calls for each accepted request, on average
/// @param skew how far the clocks of the processes may be apart
public record Expectation(
        boolean everyAnswer, boolean noNeedlessCalls, double callsPerRequest, Duration skew) {

    /// Everything works but what is killed. Each kill may repeat what was under way.
    public static final Expectation STRICT = new Expectation(true, true, 2, Duration.ZERO);

    /// The log is away for a while: requests may be refused, or expire.
    public static final Expectation OUTAGE = new Expectation(false, true, 2, Duration.ZERO);

    /// The provider misbehaves.
    ///
    /// @param callsPerRequest the most calls for each request
    public static Expectation badProvider(double callsPerRequest) {
        return new Expectation(false, false, callsPerRequest, Duration.ZERO);
    }

    /// A clock is wrong by so much.
    public static Expectation skewed(Duration skew) {
        return new Expectation(false, true, 2, skew);
    }
}
