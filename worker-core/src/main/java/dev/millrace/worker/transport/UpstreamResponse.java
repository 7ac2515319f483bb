package dev.millrace.worker.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An answer whose head has arrived. For one thread.
public interface UpstreamResponse {

    int status();

    /// The header's first value; null where it is missing.
    @Nullable String header(String name);

    /// The whole body.
    ///
    /// @param limit how long to wait
    /// @throws UpstreamFailure if it does not come
    /// @throws InterruptedException if interrupted while waiting
    byte[] body(Duration limit) throws UpstreamFailure, InterruptedException;

    /// The next piece of the body, as it arrives; null at its end.
    ///
    /// @param limit how long to wait; when it runs out, the same piece can be waited for again
    /// @throws UpstreamFailure if the body breaks off or the wait runs out
    /// @throws InterruptedException if interrupted while waiting
    byte @Nullable [] piece(Duration limit) throws UpstreamFailure, InterruptedException;

    /// Nothing more is read. A connection whose answer is at its end is used again.
    void finish();

    /// Gives the call up: closes the connection at once.
    void abort();
}
