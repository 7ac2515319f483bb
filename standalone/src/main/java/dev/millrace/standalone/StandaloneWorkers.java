package dev.millrace.standalone;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.topics.KafkaLog;
import dev.millrace.worker.bedrock.BedrockProviders;
import dev.millrace.worker.kafka.WorkerSettings;
import dev.millrace.worker.kafka.Workers;
import dev.millrace.worker.local.LocalDiscovery;
import dev.millrace.worker.local.LocalProviders;
import dev.millrace.worker.openai.CloudProviders;
import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;

/// The worker instance of this process, with every kind of provider that Millrace knows, and the
/// search for model servers on this machine.
final class StandaloneWorkers {

    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

    private StandaloneWorkers() {}

    /// Starts the instance, and what tells it of providers.
    ///
    /// @param services takes all of it
    static void start(
            KafkaLog log,
            String instance,
            UpOptions options,
            InstantSource clock,
            Services services) {
        WorkerSettings settings =
                WorkerSettings.standard(instance, new Secrets(options.environment()), clock)
                        .alone();
        Workers workers = start(log, settings, services);
        if (looksForServers(options)) {
            services.add("discovery", LocalDiscovery.start(ownPorts(options), workers::discovered));
        }
    }

    /// Starts the instance, and what tells it of the configuration.
    ///
    /// @param services takes both
    static Workers start(KafkaLog log, WorkerSettings settings, Services services) {
        InstantSource clock = settings.clock();
        Workers workers =
                services.add(
                        "workers",
                        Workers.start(
                                log,
                                settings,
                                List.of(
                                        new CloudProviders(clock),
                                        new BedrockProviders(clock),
                                        new LocalProviders(clock))));
        ConfigurationFollower follower =
                services.add("worker-configuration", ConfigurationFollower.start(log));
        follower.onChange(workers::apply);
        return workers;
    }

    /// The model servers that run on this machine now; none where `up` was told what to use.
    static List<Provider> found(UpOptions options) throws InterruptedException {
        List<Provider> found = new CopyOnWriteArrayList<>();
        if (looksForServers(options)) {
            try (LocalDiscovery discovery = LocalDiscovery.start(ownPorts(options), found::add)) {
                discovery.awaitFirstLook(FIRST_LOOK);
            }
        }
        return found;
    }

    private static boolean looksForServers(UpOptions options) {
        return options.config() == null && !options.simulate();
    }

    private static IntPredicate ownPorts(UpOptions options) {
        return port ->
                port == options.port()
                        || port == options.simulatedPort()
                        || port == options.kafkaPort();
    }
}
