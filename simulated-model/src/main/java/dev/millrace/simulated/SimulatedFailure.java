package dev.millrace.simulated;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What goes wrong with one call, in the ways that real upstreams go wrong.
public sealed interface SimulatedFailure {

    /// Nothing goes wrong: holds a place in a script.
    record None() implements SimulatedFailure {}

    /// An error status with an error body in OpenAI's form.
    ///
    /// @param status 400 to 599
    /// @param code the error's code, or null
    /// @param retryAfter sent as `retry-after` in whole seconds and `retry-after-ms`; null sends
    ///   none
    record Refuse(int status, @Nullable String code, @Nullable Duration retryAfter)
            implements SimulatedFailure {
        public Refuse {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("not an error status: " + status);
            }
        }

        public Refuse(int status) {
            this(status, null, null);
        }
    }

    /// Takes the request and never answers.
    record Hang() implements SimulatedFailure {}

    /// Streams so many chunks and then stays silent with the connection open. A call that does not
    /// stream hangs.
    record HangMidStream(int chunks) implements SimulatedFailure {}

    /// Streams so many chunks and then drops the connection. A call that does not stream gets half
    /// a body.
    record CutMidStream(int chunks) implements SimulatedFailure {}

    /// Streams so many chunks and then an error event. A call that does not stream gets status 200
    /// with an error body.
    record ErrorMidStream(int chunks) implements SimulatedFailure {}

    /// Status 200 and a page of HTML.
    record Nonsense() implements SimulatedFailure {}

    /// A good answer without `usage`.
    record OmitUsage() implements SimulatedFailure {}
}
