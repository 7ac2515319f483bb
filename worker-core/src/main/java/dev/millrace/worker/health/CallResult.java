package dev.millrace.worker.health;

import dev.millrace.worker.provider.Outcome;

/// What a call says about its target.
public enum CallResult {
    /// It was answered.
    COMPLETED,
    /// The target could not be reached, took too long, broke off, or answered nonsense.
    FAILED,
    /// The target had too much to do.
    THROTTLED,
    /// Nothing: the request was at fault, or was cancelled.
    OTHER;

    /// What an outcome says.
    public static CallResult of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> COMPLETED;
            case Outcome.Throttled _ -> THROTTLED;
            case Outcome.Unavailable _, Outcome.Malformed _ -> FAILED;
            case Outcome.TimedOut timedOut ->
                    timedOut.limit() == Outcome.TimedOut.Limit.DEADLINE ? OTHER : FAILED;
            case Outcome.Rejected _, Outcome.CredentialRefused _, Outcome.Cancelled _ -> OTHER;
        };
    }
}
