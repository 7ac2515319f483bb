package dev.millrace.configuration;

import java.time.Duration;

/// How long a provider call may take. The request's deadline bounds all of them.
///
/// @param connect until the connection stands
/// @param firstToken from sending the request until the first content; for an answer that is not
///   streamed, [#total] counts instead
/// @param idle between two pieces of a stream
/// @param total for the whole call
public record Timeouts(Duration connect, Duration firstToken, Duration idle, Duration total) {

    /// What holds where the document says nothing.
    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(300));

    public Timeouts {
        for (Duration timeout : new Duration[] {connect, firstToken, idle, total}) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException(
                        "a timeout must be longer than nothing, is " + timeout);
            }
        }
    }
}
