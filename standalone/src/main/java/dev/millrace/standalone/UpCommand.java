package dev.millrace.standalone;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace up`: starts everything in this process and stays in the foreground until Ctrl-C or
/// SIGTERM, which both stop it cleanly with exit code 0.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start everything in one process, in the foreground.",
        footer = {
            "",
            "Without --config, provider keys in the environment and model servers on their usual",
            "local ports are found; where there is none, a simulated model answers.",
            "",
            "Examples:",
            "  millrace up",
            "  millrace up --simulate --port 4100 --kafka-port 9192 --data /tmp/try",
            "  millrace up --config millrace.yaml",
        })
final class UpCommand implements Callable<Integer> {

    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "4000",
            description = "HTTP API (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description =
                    "Embedded broker, for Kafka clients on this machine (default ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = UpOptions.LOOPBACK,
            description =
                    "Address of the HTTP API (default ${DEFAULT-VALUE}); any other needs API keys.")
    private String host = UpOptions.LOOPBACK;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder (default .millrace/data).")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration document.")
    private @Nullable Path config;

    @Option(names = "--simulate", description = "Use the simulated model alone.")
    private boolean simulate;

    @Option(names = "--quiet", description = "Print nothing but errors.")
    private boolean quiet;

    UpCommand(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Shutdown shutdown = Shutdown.onSignal(stop);
        int exitCode = 1;
        try {
            exitCode = run(stop);
        } finally {
            shutdown.done(exitCode);
        }
        return exitCode;
    }

    private int run(CountDownLatch stop) throws InterruptedException {
        Path folder = (data != null ? data : home().resolve("data")).toAbsolutePath().normalize();
        UpOptions options =
                new UpOptions(host, port, kafkaPort, folder, config, simulate, environment);
        PrintWriter screen = quiet ? new PrintWriter(PrintWriter.nullWriter()) : out;
        try {
            logTo(folder.resolve("logs"));
            try (Millrace millrace = Millrace.start(options, screen, style())) {
                millrace.announce();
                stop.await();
                screen.println("Stopping …");
                screen.flush();
            }
            return 0;
        } catch (StartFailure e) {
            err.println("millrace: " + e.reason());
            err.flush();
            return 1;
        }
    }

    private Style style() {
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new Style(terminal && !environment.containsKey("NO_COLOR"));
    }

    /// Before the first logger is made. Spring Boot would otherwise set up logging its own way.
    private static void logTo(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot write the data folder " + folder.getParent() + ": " + e, e);
        }
        if (!Files.isWritable(folder)) {
            throw new StartFailure("cannot write the data folder " + folder.getParent());
        }
        System.setProperty("millrace.log.folder", folder.toString());
        System.setProperty("logback.configurationFile", "logback-up.xml");
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    }

    private Path home() {
        String home = System.getProperty("millrace.home");
        return (home == null ? Path.of("") : Path.of(home)).resolve(".millrace");
    }
}
