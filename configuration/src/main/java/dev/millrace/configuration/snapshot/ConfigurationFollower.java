package dev.millrace.configuration.snapshot;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.schemas.ConfigSnapshot;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the configuration topic and holds the current snapshot. A snapshot whose base is not the
/// current one lost a race and is ignored by every reader alike. Thread-safe.
public final class ConfigurationFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFollower.class);

    private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
    private final TopicFollower<ConfigSnapshot> follower;
    private volatile Snapshot current = Snapshot.NONE;

    private ConfigurationFollower(KafkaLog log) {
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().config(),
                        From.BEGINNING,
                        Map.of(),
                        (key, value, offset, time) -> apply(value));
    }

    /// Starts to follow. The topic has to exist.
    public static ConfigurationFollower start(KafkaLog log) {
        return new ConfigurationFollower(log);
    }

    /// The snapshot in force; [Snapshot#NONE] before the first.
    public Snapshot current() {
        return current;
    }

    /// Completes when every snapshot that stood on the topic at the start is applied.
    public CompletableFuture<Void> caughtUp() {
        return follower.caughtUp();
    }

    /// Tells of the current snapshot at once, if there is one, and of every later one on the
    /// follower's thread. A snapshot may be told twice.
    public void onChange(Consumer<Snapshot> listener) {
        listeners.add(listener);
        Snapshot now = current;
        if (now.version() > 0) {
            listener.accept(now);
        }
    }

    @Override
    public void close() {
        follower.close();
    }

    private void apply(@Nullable ConfigSnapshot record) {
        if (record == null || record.getBaseVersion() != current.version()) {
            return;
        }
        try {
            Snapshot next =
                    new Snapshot(
                            record.getVersion(),
                            record.getDocument(),
                            ConfigurationDocument.parse(record.getDocument()));
            current = next;
            LOG.info("event=configuration_applied version={}", next.version());
            listeners.forEach(listener -> listener.accept(next));
        } catch (InvalidDocument e) {
            LOG.error(
                    "event=configuration_refused version={} reason=\"{}\"",
                    record.getVersion(),
                    e.problems().getFirst());
        }
    }
}
