package dev.millrace.configuration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What holds where a request says nothing.
///
/// @param model for requests that name none; null refuses them
/// @param provider for model names that nothing else claims; null refuses them
/// @param batchLane whether requests go to the batch lane
/// @param deadline from a request's acceptance
/// @param replyTopicPrefix what the name of a Kafka caller's reply topic has to start with
public record Defaults(
        @Nullable String model,
        @Nullable String provider,
        boolean batchLane,
        Duration deadline,
        String replyTopicPrefix) {

    /// Requests live at most as long as the topics on their way keep them.
    public static final Duration LONGEST_DEADLINE = Duration.ofDays(6);

    /// A deadline of 300 s, the interactive lane, and no model or provider by default.
    public static final Defaults NONE =
            new Defaults(null, null, false, Duration.ofSeconds(300), "replies.");

    public Defaults {
        if (!replyTopicPrefix.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "reply-topic-prefix: 1 to 100 letters, digits, dots, underscores and hyphens");
        }
        if (deadline.isNegative()
                || deadline.isZero()
                || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException(
                    "deadline must be positive and at most " + LONGEST_DEADLINE);
        }
    }
}
