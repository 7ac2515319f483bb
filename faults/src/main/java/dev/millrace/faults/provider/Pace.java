package dev.millrace.faults.provider;

import java.time.Duration;

/// How long answers take and are.
///
/// @param firstToken until the first token; a whole answer takes as long as its stream would
/// @param perToken between two tokens
/// @param tokens of each answer
public record Pace(Duration firstToken, Duration perToken, int tokens) {

    /// About a second for each answer, so that a kill always finds some under way.
    public static final Pace STEADY = new Pace(Duration.ofMillis(300), Duration.ofMillis(40), 16);

    /// So long as to be cut off by anything that happens.
    public static final Pace SLOW = new Pace(Duration.ofMillis(500), Duration.ofMillis(150), 30);

    Duration whole() {
        return firstToken.plus(perToken.multipliedBy(tokens));
    }
}
