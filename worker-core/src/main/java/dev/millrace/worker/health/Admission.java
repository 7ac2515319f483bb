package dev.millrace.worker.health;

/// Whether a call is made at a target where there is another one.
public enum Admission {
    /// As usual.
    USUAL,
    /// As the one call that tells whether the target has recovered.
    ON_TRIAL,
    /// No: it should go to the other one.
    ELSEWHERE
}
