package dev.millrace.standalone;

import dev.millrace.accounting.Accounting;
import dev.millrace.accounting.AccountingSettings;
import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Provider;
import dev.millrace.ingress.Ingress;
import dev.millrace.ingress.IngressSettings;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that `millrace up` runs, started and ready.
final class Millrace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Millrace.class);
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final String INGRESS = "standalone-ingress";
    private static final String ROUTER = "standalone-router";
    private static final String WORKER = "standalone-worker";
    private static final String ACCOUNTING = "standalone-accounting";

    private final UpOptions options;
    private final Services services;
    private final LogConnection connection;
    private final ComposedDocument document;
    private final Ingress ingress;
    private final PoolWatch watch;
    private final Banner banner;

    private Millrace(
            UpOptions options,
            Services services,
            LogConnection connection,
            ComposedDocument document,
            Ingress ingress,
            PoolWatch watch,
            Banner banner) {
        this.options = options;
        this.services = services;
        this.connection = connection;
        this.document = document;
        this.ingress = ingress;
        this.watch = watch;
        this.banner = banner;
    }

    /// Starts everything and returns when it is ready.
    ///
    /// @param screen for progress and the banner
    /// @throws StartFailure for what the user can mend
    static Millrace start(UpOptions options, PrintWriter screen, Style style)
            throws InterruptedException {
        Ports.requireFree(options.host(), options.port(), "the HTTP API", "--port");
        if (!options.environment().containsKey("KAFKA_BOOTSTRAP_SERVERS")) {
            Ports.requireFree(UpOptions.LOOPBACK, options.kafkaPort(), "Kafka", "--kafka-port");
        }
        Services services = new Services();
        try {
            ComposedDocument document = document(options, services);
            requireKeys(options, document.configuration());
            screen.println(style.dim("Starting on " + options.data() + " …"));
            screen.flush();
            LogConnection connection = services.add("kafka", LogConnection.open(options));
            if (connection.embedded() != null) {
                services.add(
                        "size-bound",
                        SizeBound.start(connection.log(), LogConnection.MAX_PARTITION_BYTES));
            }
            document.publish(connection.log(), CLOCK, "up");
            PoolWatch watch = services.add("pool-watch", new PoolWatch(connection.log(), WORKER));
            Ingress ingress = startServices(options, connection.log(), services);
            if (!ingress.awaitReady(PATIENCE)) {
                throw new StartFailure(
                        "not ready after "
                                + PATIENCE.toSeconds()
                                + " s; missing: "
                                + ingress.missing());
            }
            return new Millrace(
                    options,
                    services,
                    connection,
                    document,
                    ingress,
                    watch,
                    new Banner(screen, style));
        } catch (InterruptedException | RuntimeException e) {
            services.close();
            throw e;
        }
    }

    /// Prints the banner, and from then on what changes.
    void announce() throws InterruptedException {
        Configuration configuration = document.configuration();
        List<String> expected = configuration.providers().stream().map(Provider::name).toList();
        banner.print(
                url(),
                String.valueOf(connection.log().clientSettings().get("bootstrap.servers")),
                connection.embedded() != null,
                options.data(),
                configuration.tenants().stream().mapToInt(tenant -> tenant.keys().size()).sum(),
                document.notes(),
                watch.await(expected, FIRST_LOOK));
        watch.onChange(banner::changed);
        LOG.info("event=ready url={}", url());
    }

    /// Answers what is in flight, then stops everything, the broker last.
    @Override
    public void close() {
        services.close();
    }

    private String url() {
        String host = options.host().equals("0.0.0.0") ? UpOptions.LOOPBACK : options.host();
        return "http://" + host + ":" + ingress.port();
    }

    private static ComposedDocument document(UpOptions options, Services services)
            throws InterruptedException {
        if (options.config() != null) {
            return ComposedDocument.ofFile(options.config());
        }
        boolean simulate =
                options.simulate()
                        || (!ComposedDocument.namesProvider(options.environment())
                                && StandaloneWorkers.found(options).isEmpty());
        String simulated = simulate ? startSimulated(options, services).baseUrl().toString() : null;
        return ComposedDocument.ofEnvironment(options.environment(), simulated);
    }

    private static SimulatedModelServer startSimulated(UpOptions options, Services services) {
        SimulatedBehaviour behaviour = SimulatedBehaviour.lifelike();
        try {
            return services.add(
                    "simulated-model", startSimulated(options.simulatedPort(), behaviour));
        } catch (IOException e) {
            throw new StartFailure("cannot start the simulated model: " + e.getMessage(), e);
        }
    }

    private static SimulatedModelServer startSimulated(int port, SimulatedBehaviour behaviour)
            throws IOException {
        try {
            return SimulatedModelServer.start(port, behaviour);
        } catch (BindException taken) {
            return SimulatedModelServer.start(behaviour);
        }
    }

    private static void requireKeys(UpOptions options, Configuration configuration) {
        if (!options.isLoopback() && configuration.tenants().isEmpty()) {
            throw new StartFailure(
                    "--host "
                            + options.host()
                            + " would let other machines in without API keys; configure tenants with keys, with --config");
        }
    }

    private static Ingress startServices(UpOptions options, KafkaLog log, Services services)
            throws InterruptedException {
        Started started = new Started();
        services.addAll(
                List.of(
                        () -> {
                            services.add(
                                    "router",
                                    Router.start(
                                            log,
                                            RouterSettings.of(
                                                    ROUTER, options.data().resolve("streams")),
                                            CLOCK));
                            return null;
                        },
                        () -> {
                            services.add(
                                    "accounting",
                                    Accounting.start(
                                            log,
                                            AccountingSettings.of(
                                                    ACCOUNTING, options.data().resolve("streams")),
                                            CLOCK));
                            return null;
                        },
                        () -> {
                            StandaloneWorkers.start(log, WORKER, options, CLOCK, services);
                            return null;
                        },
                        () -> {
                            started.ingress =
                                    Ingress.start(
                                            log,
                                            IngressSettings.of(
                                                    INGRESS, options.host(), options.port()));
                            return null;
                        }));
        Ingress ingress = started.ingress;
        if (ingress == null) {
            throw new IllegalStateException("the ingress did not start");
        }
        // Last in, first out: it answers what is in flight while the others still run.
        return services.add("ingress", ingress);
    }

    private static final class Started {
        private volatile @Nullable Ingress ingress;
    }
}
