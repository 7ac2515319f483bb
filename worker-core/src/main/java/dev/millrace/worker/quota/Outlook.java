package dev.millrace.worker.quota;

/// What is thought of the completion of one call.
///
/// @param mean tokens
/// @param variance of them
/// @param most that there can be
record Outlook(double mean, double variance, double most) {

    /// The mean is no more than the most, and the variance no more than it can be between nothing
    /// and the most (Bhatia and Davis, 2000).
    Outlook {
        mean = Math.min(mean, most);
        variance = Math.min(variance, mean * (most - mean));
    }
}
