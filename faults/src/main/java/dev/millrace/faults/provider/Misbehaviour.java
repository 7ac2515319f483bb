package dev.millrace.faults.provider;

/// What a provider does to its callers.
public enum Misbehaviour {
    /// Answers as it should.
    NONE,
    /// Takes the call and stays silent.
    HANG,
    /// Sends a byte a second.
    DRIP,
    /// Sends half of the answer and drops the connection.
    CUT,
    /// Status 200, and an error for a body.
    ERROR_BODY,
    /// A good answer without `usage`.
    NO_USAGE,
    /// Refuses everything with 429 and `Retry-After: 1`.
    THROTTLE,
    /// Answers one call and refuses the next with 503.
    FLAP
}
