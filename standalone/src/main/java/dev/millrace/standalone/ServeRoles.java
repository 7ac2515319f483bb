package dev.millrace.standalone;

import dev.millrace.accounting.Accounting;
import dev.millrace.accounting.AccountingSettings;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.ingress.Ingress;
import dev.millrace.ingress.IngressSettings;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import dev.millrace.worker.kafka.WorkerSettings;
import dev.millrace.worker.secrets.Secrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The services that `millrace serve` runs, each alone on a cluster.
///
/// @param log the cluster's log, whose topics exist
/// @param environment the environment variables, for what the configuration refers to
/// @param clock tells the time
/// @param services takes what is started
record ServeRoles(
        KafkaLog log, Map<String, String> environment, InstantSource clock, Services services) {

    private static final Logger LOG = LoggerFactory.getLogger(ServeRoles.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Connects to the cluster.
    ///
    /// @param services takes the connection
    /// @throws StartFailure if that is not possible
    static ServeRoles connect(
            Map<String, String> environment, InstantSource clock, Services services)
            throws InterruptedException {
        LogConnection connection = services.add("kafka", LogConnection.toCluster(environment));
        return new ServeRoles(connection.log(), environment, clock, services);
    }

    /// A name that no other instance has, and the same after a restart: the role's and the host's,
    /// or the host's alone where that begins with the role, as in `router-2`.
    static String instance(String role, Map<String, String> environment) {
        String host = environment.getOrDefault("HOSTNAME", "");
        if (host.isBlank()) {
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                throw new StartFailure("this machine's name is not known: set HOSTNAME", e);
            }
        }
        return host.startsWith(role + "-") ? host : role + "-" + host;
    }

    /// Creates the topics and publishes the document.
    ///
    /// @throws StartFailure if the document has a mistake, or the cluster does not take it
    static void init(
            Map<String, String> environment, Path config, InstantSource clock, Services services)
            throws InterruptedException {
        ComposedDocument document = ComposedDocument.ofFile(config);
        document.publish(connect(environment, clock, services).log(), clock, "serve init");
    }

    /// @throws StartFailure if it cannot listen there
    static void simulatedModel(String host, int port, Services services) {
        Ports.requireFree(host, port, "the simulated model", "--port");
        try {
            services.add(
                    "simulated-model",
                    SimulatedModelServer.start(
                            new InetSocketAddress(host, port), SimulatedBehaviour.lifelike()));
        } catch (IOException e) {
            throw new StartFailure("cannot start the simulated model: " + e.getMessage(), e);
        }
    }

    /// Touches `file` with every heartbeat of the instance; does nothing where there is none.
    void showAlive(String instance, @Nullable Path file) {
        if (file != null) {
            services.add("alive-file", ServeAliveFile.start(log, instance, file));
        }
    }

    /// @throws StartFailure if it cannot listen there, or others reach that address and the
    ///   configuration has no keys
    void ingress(String instance, String host, int port) throws InterruptedException {
        Ports.requireFree(host, port, "the HTTP API", "--port");
        if (!UpOptions.isLoopback(host)) {
            requireKeys(host);
        }
        Ingress ingress =
                services.add(
                        "ingress", Ingress.start(log, IngressSettings.of(instance, host, port)));
        LOG.info("event=serving instance={} port={}", instance, ingress.port());
    }

    void router(String instance, Path state) throws InterruptedException {
        start(instance, () -> Router.start(log, RouterSettings.of(instance, state), clock));
    }

    void accounting(String instance, Path state) throws InterruptedException {
        // Where another instance can be, it has a copy of the state and takes over at once.
        AccountingSettings settings =
                AccountingSettings.of(instance, state)
                        .withStandbys(log.topics().layout().replication() > 1 ? 1 : 0);
        start(instance, () -> Accounting.start(log, settings, clock));
    }

    void worker(String instance) {
        WorkerSettings settings =
                WorkerSettings.standard(instance, new Secrets(environment), clock);
        StandaloneWorkers.start(log, settings, services);
        LOG.info("event=serving instance={}", instance);
    }

    @FunctionalInterface
    private interface Start {
        AutoCloseable run() throws InterruptedException;
    }

    private void start(String instance, Start service) throws InterruptedException {
        try {
            services.add(instance, service.run());
            LOG.info("event=serving instance={}", instance);
        } catch (KafkaException e) {
            throw new StartFailure("cannot start " + instance + ": " + e.getMessage(), e);
        }
    }

    private void requireKeys(String host) throws InterruptedException {
        try (ConfigurationFollower follower = ConfigurationFollower.start(log)) {
            follower.caughtUp().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (follower.current().configuration().tenants().isEmpty()) {
                throw new StartFailure(
                        "--host "
                                + host
                                + " would let other machines in without API keys; publish a"
                                + " configuration that has tenants with keys: millrace serve init");
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new StartFailure("cannot read the configuration: " + e.getMessage(), e);
        }
    }
}
