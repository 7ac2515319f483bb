package dev.millrace.worker.http;

import dev.millrace.worker.transport.UpstreamFailure;
import java.time.Duration;
import java.util.Map;

/// Tokens that a provider takes in place of a key. They are fetched again before they expire, while
/// calls go on with those that are still valid. Thread-safe.
public interface Tokens {

    /// The headers of the next request. Waits only where there is no valid token.
    ///
    /// @param limit how long to wait at most
    /// @throws TokenRefused if there is no token to be had for this credential
    /// @throws UpstreamFailure if none came
    /// @throws InterruptedException if interrupted while waiting
    Map<String, String> headers(Duration limit)
            throws TokenRefused, UpstreamFailure, InterruptedException;
}
