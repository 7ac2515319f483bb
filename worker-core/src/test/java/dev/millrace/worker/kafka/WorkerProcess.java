package dev.millrace.worker.kafka;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.topics.KafkaLog;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A worker in a JVM of its own, to be killed.
final class WorkerProcess {

    /// So soon the group finds out that one was killed.
    private static final Duration SESSION = Duration.ofSeconds(3);

    private WorkerProcess() {}

    /// Starts one on a test's log with a configuration document.
    static Process start(KafkaLog log, String instance, String document) throws IOException {
        String java = System.getProperty("java.home") + File.separator + "bin/java";
        return new ProcessBuilder(
                        List.of(
                                java,
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.millrace.schemas",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WorkerProcess.class.getName(),
                                String.valueOf(log.clientSettings().get("bootstrap.servers")),
                                log.topics().layout().prefix(),
                                instance,
                                document))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        KafkaLog log = TestLog.at(arguments[0], arguments[1], Map.of());
        TestSettings settings = new TestSettings(arguments[2], TestLog.groupPrefix(log.topics()));
        settings.sessionTimeout = SESSION;
        Workers workers = Workers.start(log, settings.build(), List.of(new DialectFactory()));
        String document = arguments[3];
        workers.apply(new Snapshot(1, document, ConfigurationDocument.parse(document)));
        new CountDownLatch(1).await();
    }
}
