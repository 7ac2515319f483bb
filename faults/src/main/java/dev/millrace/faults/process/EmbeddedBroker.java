package dev.millrace.faults.process;

import dev.millrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// The embedded broker of `millrace up`, without the services: `EmbeddedBroker <data folder>
/// <port>`. It runs until it is killed.
public final class EmbeddedBroker {

    private EmbeddedBroker() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        try (var _ = EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]))) {
            new CountDownLatch(1).await();
        }
    }
}
