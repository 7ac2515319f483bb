package dev.millrace.faults.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One instance of a service, `millrace serve ROLE` in a process of its own. Thread-safe.
public final class Service {

    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int HEAP = 224;

    private final Role role;
    private final String name;
    private final int port;
    private final Path aliveFile;
    private final Jvm jvm;
    private @Nullable Child child;

    /// @param host makes its name: `worker-a` for the host `a`
    Service(Role role, String host, String bootstrapServers, Path folder) throws IOException {
        this.role = role;
        this.name = role.word() + "-" + host;
        this.port = role == Role.INGRESS ? Ports.free() : 0;
        this.aliveFile = folder.resolve(name + ".alive");
        this.jvm =
                jvm(
                        "dev.millrace.standalone.Main",
                        arguments(folder),
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers, "HOSTNAME", host),
                        folder);
    }

    private Service(Role role, Duration skew, String bootstrapServers, Path folder) {
        this.role = role;
        this.name = role.word() + "-" + (skew.isNegative() ? "slow" : "fast");
        this.port = 0;
        this.aliveFile = folder.resolve(name + ".alive");
        this.jvm =
                jvm(
                        SkewedService.class.getName(),
                        List.of(
                                role.name(),
                                name,
                                Long.toString(skew.toMinutes()),
                                folder.resolve(name + ".state").toString(),
                                aliveFile.toString()),
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers),
                        folder);
    }

    /// One whose clock is wrong.
    ///
    /// @param role any but INGRESS
    static Service skewed(Role role, Duration skew, String bootstrapServers, Path folder) {
        return new Service(role, skew, bootstrapServers, folder);
    }

    public Role role() {
        return role;
    }

    /// As its records name it.
    public String name() {
        return name;
    }

    /// Of its HTTP API; 0 for a service without one.
    public int port() {
        return port;
    }

    /// Where Kafka Streams keeps its files.
    public Path state() {
        return jvm.folder().resolve(name + ".state");
    }

    /// Starts it; [#awaitReady] waits for it.
    public synchronized void start() throws IOException {
        Files.deleteIfExists(aliveFile);
        child = jvm.start();
    }

    /// `kill -9`.
    public synchronized void kill() throws InterruptedException {
        Child running = child;
        if (running != null) {
            running.kill();
            child = null;
        }
    }

    /// SIGTERM, as an operator stops it.
    public synchronized void terminate() throws InterruptedException {
        Child running = child;
        if (running != null) {
            running.terminate(STOP);
            child = null;
        }
    }

    /// `kill -STOP`.
    public synchronized void pause() throws IOException, InterruptedException {
        if (child != null) {
            child.pause();
        }
    }

    /// `kill -CONT`.
    public synchronized void resume() throws IOException, InterruptedException {
        if (child != null) {
            child.resume();
        }
    }

    public synchronized boolean isRunning() {
        return child != null && child.isAlive();
    }

    /// Waits until it does its work.
    ///
    /// @throws IllegalStateException if it ends, or takes too long
    public void awaitReady() throws InterruptedException {
        Waiting.until(name + " is ready", READY, this::isReady);
    }

    private boolean isReady() {
        if (!isRunning()) {
            throw new IllegalStateException(name + " ended by itself");
        }
        return role == Role.INGRESS ? answers() : Files.exists(aliveFile);
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + port + "/readyz")
                                    .toURL()
                                    .openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(2_000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private Jvm jvm(
            String mainClass,
            List<String> arguments,
            Map<String, String> environment,
            Path folder) {
        return new Jvm(name, HEAP, List.of(), mainClass, arguments, environment, folder);
    }

    private List<String> arguments(Path folder) {
        return switch (role) {
            case INGRESS -> List.of("serve", "ingress", "--port", Integer.toString(port));
            case WORKER -> List.of("serve", "worker", "--alive-file", aliveFile.toString());
            case ROUTER, ACCOUNTING ->
                    List.of(
                            "serve",
                            role.word(),
                            "--data",
                            folder.resolve(name + ".state").toString(),
                            "--alive-file",
                            aliveFile.toString());
        };
    }
}
