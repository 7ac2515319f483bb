package dev.millrace.faults.process;

import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.worker.kafka.WorkerSettings;
import dev.millrace.worker.kafka.Workers;
import dev.millrace.worker.openai.OpenAiProviders;
import dev.millrace.worker.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A worker whose clock is wrong: `SkewedWorker <instance> <minutes> <alive file>`. It is put
/// together as `millrace serve worker` does it, which has no setting for that.
public final class SkewedWorker {

    private SkewedWorker() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Duration skew = Duration.ofMinutes(Long.parseLong(args[1]));
        InstantSource clock = () -> InstantSource.system().instant().plus(skew);
        KafkaLog log =
                new KafkaLog(
                        Map.of("bootstrap.servers", System.getenv("KAFKA_BOOTSTRAP_SERVERS")),
                        new Topics(TopicLayout.cluster()),
                        RecordSerdes.builtIn());
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> end(stop, stopped)));
        try (Workers workers =
                        Workers.start(
                                log,
                                WorkerSettings.standard(args[0], new Secrets(Map.of()), clock),
                                List.of(new OpenAiProviders(clock)));
                ConfigurationFollower follower = ConfigurationFollower.start(log)) {
            follower.onChange(workers::apply);
            Files.writeString(Path.of(args[2]), "started\n");
            stop.await();
        }
        stopped.countDown();
    }

    private static void end(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
