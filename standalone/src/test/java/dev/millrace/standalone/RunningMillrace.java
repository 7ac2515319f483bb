package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serde.RecordSerdes;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// `millrace up` as a process of its own, the way its users run it.
final class RunningMillrace implements AutoCloseable {

    private static final long READY_SECONDS = 90;
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path data;
    private final int port;
    private final int kafkaPort;
    private final String[] options;
    private final Path output;
    private final Process process;

    private RunningMillrace(Path data, int port, int kafkaPort, String... options)
            throws IOException {
        this.data = data;
        this.port = port;
        this.kafkaPort = kafkaPort;
        this.options = options;
        this.output = Files.createTempFile("millrace", ".out");
        this.process = launch(data, port, kafkaPort, output, options);
    }

    /// Starts it and returns when it is ready.
    static RunningMillrace start(Path data, String... options) throws Exception {
        return started(new RunningMillrace(data, freePort(), freePort(), options));
    }

    /// As [#start], with one provider, at the model, and its price.
    ///
    /// @param folder takes the configuration and the data
    static RunningMillrace before(SimulatedModelServer model, Path folder) throws Exception {
        return configured(
                folder,
                """
                providers:
                  - { name: upstream, kind: openai-compatible, base-url: "%s" }
                prices:
                  - { provider: upstream, model: "*", input: 1.5, output: 6 }
                defaults: { provider: upstream }
                """
                        .formatted(model.baseUrl()));
    }

    /// As [#start], with a configuration document.
    ///
    /// @param folder takes the document and the data
    static RunningMillrace configured(Path folder, String document) throws Exception {
        Path config = Files.writeString(folder.resolve("millrace.yaml"), document);
        return start(folder.resolve("data"), "--config", config.toString());
    }

    /// Starts it once more where it was, after it has ended.
    RunningMillrace again() throws Exception {
        return started(new RunningMillrace(data, port, kafkaPort, options));
    }

    /// Runs it where it is expected to refuse, and returns what it printed and its exit code.
    static Refusal refused(Path data, int port, int kafkaPort, String... options) throws Exception {
        Path output = Files.createTempFile("millrace", ".out");
        Process process = launch(data, port, kafkaPort, output, options);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not refuse: " + Files.readString(output));
        }
        return new Refusal(process.exitValue(), Files.readString(output));
    }

    record Refusal(int exitCode, String output) {}

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    /// Its log, for clients of their own.
    KafkaLog log() {
        return new KafkaLog(
                Map.of("bootstrap.servers", bootstrapServers()),
                new Topics(TopicLayout.embedded(LogConnection.MAX_PARTITION_BYTES)),
                RecordSerdes.builtIn());
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGTERM, which has to end it cleanly.
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not stop within 40 s of SIGTERM");
        }
        assertThat(process.exitValue()).as("exit code after SIGTERM").isZero();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            terminate();
        }
    }

    /// Below the range from which outgoing connections take theirs: nobody takes it by chance
    /// before the process has bound it. No test gets the one of another, nor the one behind it,
    /// where a process may start the simulated model.
    static int freePort() throws IOException {
        while (true) {
            int port = 2 * ThreadLocalRandom.current().nextInt(10_000, 16_000);
            if (!TAKEN.add(port)) {
                continue;
            }
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException _) {
                // taken: another one
            }
        }
    }

    private static Process launch(
            Path data, int port, int kafkaPort, Path output, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("millrace.jvm.args").split(" ")));
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "up"));
        command.addAll(
                List.of(
                        "--port",
                        Integer.toString(port),
                        "--kafka-port",
                        Integer.toString(kafkaPort)));
        command.addAll(List.of("--data", data.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.endsWith("_API_KEY")
                                || name.startsWith("AWS_")
                                || name.startsWith("KAFKA_"));
        return builder.start();
    }

    private static RunningMillrace started(RunningMillrace starting) throws Exception {
        starting.awaitReady();
        return starting;
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    throw new AssertionError(
                            "it ended with " + process.exitValue() + ":\n" + output());
                }
                if (isReady(client)) {
                    return;
                }
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
        kill();
        throw new AssertionError("it was not ready after " + READY_SECONDS + " s:\n" + output());
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url("/readyz")).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
