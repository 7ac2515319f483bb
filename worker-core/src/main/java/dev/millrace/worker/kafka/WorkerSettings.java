package dev.millrace.worker.kafka;

import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// How a worker instance works.
///
/// @param instance its name, unique in the cluster
/// @param groupPrefix the start of the consumer groups' names, one group for each provider
/// @param staticMembership whether a restart under the same instance name gets its partitions back
///   without a rebalance
/// @param sessionTimeout after which a dead worker's partitions go to another; at least the
///   broker's `group.min.session.timeout.ms`, 6 s
/// @param commitInterval between two commits
/// @param drain how long attempts may go on when their partition is given away
/// @param readBack how far back dispatch ids are read when a partition is taken over
/// @param mostReadBack the most records that are read back in one partition
/// @param largestPart of a reply's body, in bytes; longer ones are split
/// @param longestKept the longest streamed answer of a request whose outcome is kept, in bytes; a
///   call whose answer is longer fails
/// @param adoptAfter when dispatches that stand on topics of unknown providers are refused; null
///   for an instance that is not the only worker and cannot know them all
/// @param probing how often providers are asked after their health
/// @param secrets resolves what the configuration refers to
/// @param clock tells the time
public record WorkerSettings(
        String instance,
        String groupPrefix,
        boolean staticMembership,
        Duration sessionTimeout,
        Duration commitInterval,
        Duration drain,
        Duration readBack,
        int mostReadBack,
        int largestPart,
        int longestKept,
        @Nullable Duration adoptAfter,
        Probing probing,
        Secrets secrets,
        InstantSource clock) {

    /// The largest part of a reply: with its envelope it stays far below any broker's limit.
    public static final int LARGEST_PART = 512 * 1024;

    /// The longest streamed answer that is kept: as long as one that is not streamed may be.
    public static final int LONGEST_KEPT = 64 * 1024 * 1024;

    /// How often a provider is asked after its health; each wait is shortened by up to a fifth.
    ///
    /// @param whileReady while it answers; short enough that a server that goes away is noticed
    ///   within 10 s
    /// @param whileDown while it does not
    /// @param confirm between a first bad answer and the one that confirms it
    /// @param parked after a call was refused for its credential
    public record Probing(
            Duration whileReady, Duration whileDown, Duration confirm, Duration parked) {

        public static final Probing STANDARD =
                new Probing(
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(15));
    }

    /// The settings of a worker that shares its providers with others.
    public static WorkerSettings standard(String instance, Secrets secrets, InstantSource clock) {
        return new WorkerSettings(
                instance,
                "millrace.worker.",
                true,
                Duration.ofSeconds(6),
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                20_000,
                LARGEST_PART,
                LONGEST_KEPT,
                null,
                Probing.STANDARD,
                secrets,
                clock);
    }

    /// The same for the only worker there is, which refuses what nobody else can serve.
    public WorkerSettings alone() {
        return new WorkerSettings(
                instance,
                groupPrefix,
                staticMembership,
                sessionTimeout,
                commitInterval,
                drain,
                readBack,
                mostReadBack,
                largestPart,
                longestKept,
                Duration.ofSeconds(20),
                probing,
                secrets,
                clock);
    }
}
