package dev.millrace.worker.kafka;

import dev.millrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The broker that all tests of this JVM share. It runs until the JVM ends.
final class OneBroker {

    private static final EmbeddedKafka BROKER = start();

    private OneBroker() {}

    /// The running broker; the first to ask starts it.
    static EmbeddedKafka running() {
        return BROKER;
    }

    private static EmbeddedKafka start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "broker");
            EmbeddedKafka broker = EmbeddedKafka.start(data, 0);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
