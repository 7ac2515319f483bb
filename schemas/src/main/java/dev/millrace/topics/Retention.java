package dev.millrace.topics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a topic keeps its records.
///
/// @param age after which records are deleted; null keeps them for ever, or for as long as they are
///   the newest of their key where the topic is compacted
/// @param compacted whether the topic keeps the newest record of each key
/// @param unread whether records that a service has yet to read may stand there: such a topic has
///   no bound by size, which would delete them
public record Retention(@Nullable Duration age, boolean compacted, boolean unread) {

    static Retention untilRead(int days) {
        return new Retention(Duration.ofDays(days), false, true);
    }

    static Retention days(int days) {
        return new Retention(Duration.ofDays(days), false, false);
    }

    static Retention hours(int hours) {
        return new Retention(Duration.ofHours(hours), false, false);
    }

    static Retention forever() {
        return new Retention(null, false, false);
    }

    static Retention newestOfEachKey() {
        return new Retention(null, true, false);
    }

    static Retention newestOfEachKeyFor(Duration age) {
        return new Retention(age, true, false);
    }
}
