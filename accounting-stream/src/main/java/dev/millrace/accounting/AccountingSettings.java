package dev.millrace.accounting;

import dev.millrace.accounting.ledger.DedupeWindow;
import java.nio.file.Path;
import java.time.Duration;

/// How an accounting instance runs.
///
/// @param instance its name in heartbeats and dead letters, unique in the cluster
/// @param stateFolder where Kafka Streams keeps its files
/// @param threads that run the topology, at least 1
/// @param standbys how many other instances keep a copy of its state, to take over at once
/// @param sessionTimeout after which the group gives a silent instance's partitions to another
/// @param grace how long after its deadline an attempt without an end is waited for
/// @param window how far back an attempt is recognised
/// @param checkEvery after how long the sums are held against the charges again
/// @param mostLabelValues how many values of a label are told apart in a tenant's month; what comes
///   beyond is summed up as one
/// @param patience how long to wait for the log at the start
public record AccountingSettings(
        String instance,
        Path stateFolder,
        int threads,
        int standbys,
        Duration sessionTimeout,
        Duration grace,
        DedupeWindow window,
        Duration checkEvery,
        int mostLabelValues,
        Duration patience) {

    /// The settings that hold where nothing else is said: one thread, no standbys, a session of 6
    /// s, a grace of 60 s, a window of 7 days, a check every day, 1,000 values of a label.
    public static AccountingSettings of(String instance, Path stateFolder) {
        return new AccountingSettings(
                instance,
                stateFolder,
                1,
                0,
                Duration.ofSeconds(6),
                Duration.ofSeconds(60),
                new DedupeWindow(Duration.ofDays(7)),
                Duration.ofDays(1),
                1_000,
                Duration.ofSeconds(30));
    }

    /// These settings with so many standbys.
    public AccountingSettings withStandbys(int count) {
        return new AccountingSettings(
                instance,
                stateFolder,
                threads,
                count,
                sessionTimeout,
                grace,
                window,
                checkEvery,
                mostLabelValues,
                patience);
    }

    /// These settings with so many threads.
    public AccountingSettings withThreads(int count) {
        return new AccountingSettings(
                instance,
                stateFolder,
                count,
                standbys,
                sessionTimeout,
                grace,
                window,
                checkEvery,
                mostLabelValues,
                patience);
    }
}
