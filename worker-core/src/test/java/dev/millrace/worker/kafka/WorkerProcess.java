package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A worker in a JVM of its own, to be killed.
final class WorkerProcess {

    private WorkerProcess() {}

    /// Starts one on the broker with a configuration document.
    static Process start(String bootstrapServers, String instance, String document)
            throws IOException {
        String java = System.getProperty("java.home") + File.separator + "bin/java";
        return new ProcessBuilder(
                        List.of(
                                java,
                                "-Xmx256m",
                                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.millrace.schemas",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WorkerProcess.class.getName(),
                                bootstrapServers,
                                instance,
                                document))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        Workers workers =
                Workers.start(
                        TestLog.at(arguments[0]),
                        TestLog.settings(arguments[1]),
                        List.of(new DialectFactory()));
        String document = new String(arguments[2].getBytes(UTF_8), UTF_8);
        workers.apply(new Snapshot(1, document, ConfigurationDocument.parse(document)));
        new CountDownLatch(1).await();
    }
}
