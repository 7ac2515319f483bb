package dev.millrace.router;

import dev.millrace.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;

/// How a router instance runs.
///
/// @param instance its name in heartbeats and dead letters, unique in the cluster
/// @param stateFolder where Kafka Streams keeps its files
/// @param threads that run the topology, at least 1
/// @param sessionTimeout after which the group gives a silent instance's partitions to another
/// @param maxBodyBytes the longest body that is routed
/// @param retryBudget provider calls beyond the first that a request may cost
/// @param patience how long to wait for the log at the start
public record RouterSettings(
        String instance,
        Path stateFolder,
        int threads,
        Duration sessionTimeout,
        int maxBodyBytes,
        int retryBudget,
        Duration patience) {

    /// The settings that hold where nothing else is said: one thread, a session of 6 s, bodies of 8
    /// MB, three calls beyond the first.
    public static RouterSettings of(String instance, Path stateFolder) {
        return new RouterSettings(
                instance,
                stateFolder,
                1,
                Duration.ofSeconds(6),
                TopicLayout.DEFAULT_MAX_BODY_BYTES,
                3,
                Duration.ofSeconds(30));
    }
}
