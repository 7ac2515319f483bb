package dev.millrace.configuration;

import java.time.Duration;

/// How long a provider call may take. The request's deadline bounds all of them.
///
/// @param connect until the connection stands
/// @param firstToken from sending the request until the first content; for an answer that is not
///   streamed, [#total] counts instead
/// @param idle between two pieces of a stream
/// @param total for the whole call
/// @param load until the first content where the server has to load the model first; shorter than
///   [#firstToken], it counts for nothing
public record Timeouts(
        Duration connect, Duration firstToken, Duration idle, Duration total, Duration load) {

    /// How long a server that loads models when they are asked for may take for one: tens of
    /// gigabytes from a disk that is no fast one.
    public static final Duration LOADING = Duration.ofMinutes(5);

    /// What holds where the document says nothing.
    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(300));

    public Timeouts {
        for (Duration timeout : new Duration[] {connect, firstToken, idle, total, load}) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException(
                        "a timeout must be longer than nothing, is " + timeout);
            }
        }
    }

    /// Those of a provider whose models are always loaded.
    public Timeouts(Duration connect, Duration firstToken, Duration idle, Duration total) {
        this(connect, firstToken, idle, total, firstToken);
    }

    /// The same for a call whose model has to be loaded first: the first content may take as long
    /// as that takes, and the whole call so much longer.
    public Timeouts whileLoading() {
        Duration longer = load.minus(firstToken);
        return longer.isPositive()
                ? new Timeouts(connect, load, idle, total.plus(longer), load)
                : this;
    }
}
