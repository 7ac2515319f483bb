package dev.millrace.worker.kafka;

import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a worker works in a test: the standard, except that it asks after its provider's health more
/// often, that a restart is not known under its name, and what a test wants otherwise.
final class TestSettings {
    private final WorkerSettings standard;
    private final String groupPrefix;
    Duration sessionTimeout;
    Duration drain = Duration.ofSeconds(1);
    Duration readBack;
    int longestKept;
    @Nullable Duration adoptAfter;

    TestSettings(String instance, String groupPrefix) {
        this.groupPrefix = groupPrefix;
        standard = WorkerSettings.standard(instance, new Secrets(Map.of()), TestLog.CLOCK);
        sessionTimeout = standard.sessionTimeout();
        readBack = standard.readBack();
        longestKept = standard.longestKept();
    }

    WorkerSettings build() {
        return new WorkerSettings(
                standard.instance(),
                groupPrefix,
                false,
                sessionTimeout,
                standard.commitInterval(),
                drain,
                readBack,
                standard.mostReadBack(),
                standard.largestPart(),
                longestKept,
                adoptAfter,
                new WorkerSettings.Probing(
                        Duration.ofMillis(300),
                        Duration.ofMillis(100),
                        Duration.ofMillis(50),
                        Duration.ofMillis(300)),
                standard.secrets(),
                TestLog.CLOCK);
    }
}
