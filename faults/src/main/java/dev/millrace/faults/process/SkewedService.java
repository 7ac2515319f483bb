package dev.millrace.faults.process;

import dev.millrace.accounting.Accounting;
import dev.millrace.accounting.AccountingSettings;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.worker.kafka.WorkerSettings;
import dev.millrace.worker.kafka.Workers;
import dev.millrace.worker.openai.CloudProviders;
import dev.millrace.worker.secrets.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A service whose clock is wrong: `SkewedService <role> <instance> <minutes> <state folder> <alive
/// file>`. It is put together as `millrace serve` does it, which has no setting for that.
public final class SkewedService {

    private SkewedService() {}

    public static void main(String[] args) throws Exception {
        Duration skew = Duration.ofMinutes(Long.parseLong(args[2]));
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
        try (AutoCloseable _ =
                start(Role.valueOf(args[0]), args[1], Path.of(args[3]), log, clock)) {
            Files.writeString(Path.of(args[4]), "started\n");
            stop.await();
        }
        stopped.countDown();
    }

    private static AutoCloseable start(
            Role role, String instance, Path state, KafkaLog log, InstantSource clock)
            throws InterruptedException {
        return switch (role) {
            case WORKER -> worker(instance, log, clock);
            case ROUTER -> Router.start(log, RouterSettings.of(instance, state), clock);
            case ACCOUNTING -> Accounting.start(log, AccountingSettings.of(instance, state), clock);
            case INGRESS ->
                    throw new IllegalArgumentException("the clock of an ingress cannot be set");
        };
    }

    private static AutoCloseable worker(String instance, KafkaLog log, InstantSource clock) {
        Workers workers =
                Workers.start(
                        log,
                        WorkerSettings.standard(instance, new Secrets(Map.of()), clock),
                        List.of(new CloudProviders(clock)));
        ConfigurationFollower follower = ConfigurationFollower.start(log);
        follower.onChange(workers::apply);
        return () -> {
            follower.close();
            workers.close();
        };
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
