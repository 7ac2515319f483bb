package dev.millrace.router.wire;

import dev.millrace.topics.Topics;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long the outcome of a request is kept, and its idempotency key claimed.
public final class OutcomeRetention {

    private static final Duration DEFAULT = Duration.ofDays(1);

    private OutcomeRetention() {}

    /// @param retentionMs what the request asks for, in milliseconds; null: a day
    /// @return at most [Topics#LONGEST_RETENTION]
    public static Duration of(@Nullable Long retentionMs) {
        if (retentionMs == null) {
            return DEFAULT;
        }
        long most = Topics.LONGEST_RETENTION.toMillis();
        return Duration.ofMillis(Math.clamp(retentionMs, 0, most));
    }
}
