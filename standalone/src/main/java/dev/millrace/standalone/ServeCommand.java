package dev.millrace.standalone;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `millrace serve ROLE`: one service in a process of its own, in the foreground until Ctrl-C or
/// SIGTERM, which both stop it cleanly with exit code 0. The log is on the standard output.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "ROLE",
        description = {
            "Run one service in a process of its own, on the Kafka cluster that",
            "KAFKA_BOOTSTRAP_SERVERS names."
        },
        footer = {
            "",
            "Examples:",
            "  millrace serve init --config millrace.yaml",
            "  millrace serve ingress --host 0.0.0.0 --port 4000",
            "  millrace serve worker",
        })
final class ServeCommand implements Runnable {

    private static final String ANY_STATE = ".millrace/streams";

    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--alive-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = {
                "Touched whenever a heartbeat of this instance has",
                "come back from the log, for health checks."
            })
    private @Nullable Path aliveFile;

    ServeCommand(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public void run() {
        CommandSpec own = spec;
        if (own != null) {
            throw new ParameterException(
                    own.commandLine(), "serve does nothing by itself: name a role");
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Create the topics, publish the configuration, and exit.")
    int init(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Configuration document.")
                    Path config)
            throws InterruptedException {
        logToStandardOutput();
        try (Services services = new Services()) {
            ServeRoles.init(environment, config, InstantSource.system(), services);
            out.println("The topics are there, and the configuration is published.");
            return 0;
        } catch (StartFailure e) {
            return refused(e);
        }
    }

    @Command(mixinStandardHelpOptions = true, description = "The HTTP API.")
    int ingress(
            @Option(
                            names = "--host",
                            paramLabel = "ADDRESS",
                            defaultValue = UpOptions.LOOPBACK,
                            description =
                                    "Address (default ${DEFAULT-VALUE}); any other needs API keys.")
                    String host,
            @Option(
                            names = "--port",
                            paramLabel = "PORT",
                            defaultValue = "4000",
                            description = "Port (default ${DEFAULT-VALUE}).")
                    int port)
            throws InterruptedException {
        return serve("ingress", (roles, instance) -> roles.ingress(instance, host, port));
    }

    @Command(mixinStandardHelpOptions = true, description = "Gives every request its target.")
    int router(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            defaultValue = ANY_STATE,
                            description = "Kafka Streams' files (default ${DEFAULT-VALUE}).")
                    Path data)
            throws InterruptedException {
        return serve("router", (roles, instance) -> roles.router(instance, data));
    }

    @Command(mixinStandardHelpOptions = true, description = "Calls the models.")
    int worker() throws InterruptedException {
        return serve("worker", ServeRoles::worker);
    }

    @Command(mixinStandardHelpOptions = true, description = "Charges every call.")
    int accounting(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            defaultValue = ANY_STATE,
                            description = "Kafka Streams' files (default ${DEFAULT-VALUE}).")
                    Path data)
            throws InterruptedException {
        return serve("accounting", (roles, instance) -> roles.accounting(instance, data));
    }

    @Command(
            name = "simulated-model",
            mixinStandardHelpOptions = true,
            description = "A model server whose answers are simulated; needs no Kafka.")
    int simulatedModel(
            @Option(
                            names = "--host",
                            paramLabel = "ADDRESS",
                            defaultValue = UpOptions.LOOPBACK,
                            description = "Address (default ${DEFAULT-VALUE}).")
                    String host,
            @Option(
                            names = "--port",
                            paramLabel = "PORT",
                            defaultValue = "8090",
                            description = "Port (default ${DEFAULT-VALUE}).")
                    int port)
            throws InterruptedException {
        return untilStopped(services -> ServeRoles.simulatedModel(host, port, services));
    }

    /// One service on the log, under a name that no other instance has.
    @FunctionalInterface
    private interface Role {
        void start(ServeRoles roles, String instance) throws InterruptedException;
    }

    @FunctionalInterface
    private interface Starter {
        void start(Services services) throws InterruptedException;
    }

    private int serve(String name, Role role) throws InterruptedException {
        return untilStopped(services -> {
            String instance = ServeRoles.instance(name, environment);
            ServeRoles roles = ServeRoles.connect(environment, InstantSource.system(), services);
            roles.showAlive(instance, aliveFile);
            role.start(roles, instance);
        });
    }

    private int untilStopped(Starter starter) throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Shutdown shutdown = Shutdown.onSignal(stop);
        int exitCode = 1;
        logToStandardOutput();
        try (Services services = new Services()) {
            starter.start(services);
            stop.await();
            exitCode = 0;
        } catch (StartFailure e) {
            exitCode = refused(e);
        } finally {
            shutdown.done(exitCode);
        }
        return exitCode;
    }

    private int refused(StartFailure failure) {
        err.println("millrace: " + failure.reason());
        err.flush();
        return 1;
    }

    /// Before the first logger is made. Spring Boot would otherwise set up logging its own way.
    private static void logToStandardOutput() {
        System.setProperty("logback.configurationFile", "logback-serve.xml");
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    }
}
