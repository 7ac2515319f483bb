package dev.millrace.faults.process;

import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Brokers, and two instances of every service on them.
public final class Cluster implements AutoCloseable {

    private static final Duration INIT = Duration.ofSeconds(90);
    private static final List<String> HOSTS = List.of("a", "b");

    private final Brokers brokers;
    private final List<Service> services;
    private final Path folder;

    private Cluster(Brokers brokers, List<Service> services, Path folder) {
        this.brokers = brokers;
        this.services = List.copyOf(services);
        this.folder = folder;
    }

    /// Starts everything and returns when it is ready.
    ///
    /// @param document the configuration to publish
    /// @param folder takes everything that the processes write; empty
    public static Cluster start(Brokers.Kind kind, String document, Path folder)
            throws IOException, InterruptedException {
        Brokers brokers = Brokers.start(kind, folder);
        List<Service> services = new ArrayList<>();
        Cluster cluster = null;
        try {
            publish(document, brokers.bootstrapServers(), folder);
            for (Role role : Role.values()) {
                for (String host : HOSTS) {
                    services.add(new Service(role, host, brokers.bootstrapServers(role), folder));
                }
            }
            cluster = new Cluster(brokers, services, folder);
            for (Service service : services) {
                service.start();
            }
            for (Service service : services) {
                service.awaitReady();
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            for (Service service : services) {
                service.kill();
            }
            brokers.close();
            throw e;
        }
    }

    public Brokers brokers() {
        return brokers;
    }

    public List<Service> services(Role role) {
        return services.stream().filter(service -> service.role() == role).toList();
    }

    public List<Service> services() {
        return services;
    }

    /// One more instance of a service, not yet started, whose clock is wrong.
    ///
    /// @param role any but INGRESS
    public Service skewed(Role role, Duration skew) {
        return Service.skewed(role, skew, brokers.bootstrapServers(role), folder);
    }

    /// Where the processes' output is.
    public Path folder() {
        return folder;
    }

    /// The log, for a client on this machine.
    public KafkaLog log() {
        TopicLayout layout = TopicLayout.cluster();
        return new KafkaLog(
                Map.of("bootstrap.servers", brokers.bootstrapServers()),
                new Topics(layout),
                RecordSerdes.builtIn());
    }

    /// Starts what does not run, resumes nothing, and waits until all are ready.
    public void heal() throws IOException, InterruptedException {
        for (Service service : services) {
            if (!service.isRunning()) {
                service.start();
            }
        }
        for (Service service : services) {
            service.awaitReady();
        }
    }

    /// `kill -9` of everything: what counts is on the log.
    @Override
    public void close() throws IOException {
        for (Service service : services) {
            try {
                service.kill();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        brokers.close();
    }

    private static void publish(String document, String bootstrapServers, Path folder)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("millrace.yaml"), document);
        Child init =
                new Jvm(
                                "init",
                                128,
                                List.of(),
                                "dev.millrace.standalone.Main",
                                List.of("serve", "init", "--config", file.toString()),
                                Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers),
                                folder)
                        .start();
        int code = init.await(INIT);
        if (code != 0) {
            throw new IOException(
                    "serve init ended with "
                            + code
                            + ": "
                            + Files.readString(folder.resolve("init.log")));
        }
    }
}
