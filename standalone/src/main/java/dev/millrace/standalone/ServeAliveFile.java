package dev.millrace.standalone;

import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file whose time says when a heartbeat of this instance last came back from the log. An
/// instance beats only while it does its work, so a file that is older than a few heartbeats means
/// that it does not, or that the log cannot be reached. For health checks where there is no HTTP.
final class ServeAliveFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServeAliveFile.class);

    private final String instance;
    private final Path file;
    private final TopicFollower<ServiceStatus> follower;

    private ServeAliveFile(KafkaLog log, String instance, Path file) {
        this.instance = instance;
        this.file = file;
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().poolStatus(),
                        From.END,
                        Map.of(),
                        (key, status, offset, time) -> hear(status));
    }

    /// Removes what a former process left, and starts to listen.
    ///
    /// @throws StartFailure if the file cannot be written
    static ServeAliveFile start(KafkaLog log, String instance, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StartFailure("cannot write --alive-file " + file + ": " + e.getMessage(), e);
        }
        return new ServeAliveFile(log, instance, file);
    }

    @Override
    public void close() {
        follower.close();
    }

    private void hear(@Nullable ServiceStatus status) {
        if (status == null || !status.getInstance().equals(instance)) {
            return;
        }
        try {
            Files.writeString(file, status.getSentAt() + "\n");
        } catch (IOException e) {
            LOG.warn("event=alive_file_not_written file={} reason=\"{}\"", file, e.getMessage());
        }
    }
}
