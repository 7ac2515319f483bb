package dev.millrace.faults.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One KRaft broker and controller in a process of its own, started as Kafka's own scripts do.
/// Thread-safe.
public final class Broker {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP = 256;

    private final int id;
    private final Endpoint endpoint;
    private final Path folder;
    private final Jvm server;
    private @Nullable Child child;

    /// Where a broker listens.
    ///
    /// @param port for clients
    /// @param controllerPort for the quorum
    /// @param wires further ports, for the services that reach it through a wire
    record Endpoint(int port, int controllerPort, List<WiredPort> wires) {
        Endpoint {
            wires = List.copyOf(wires);
        }
    }

    /// A port that clients reach through a wire.
    ///
    /// @param role of the clients
    /// @param port where the broker listens
    /// @param wirePort where its clients think that it listens
    record WiredPort(Role role, int port, int wirePort) {}

    Broker(int id, List<Endpoint> all, Path folder) throws IOException {
        this.id = id;
        this.endpoint = all.get(id - 1);
        this.folder = folder;
        Path settings = folder.resolve("broker-" + id + ".properties");
        Files.writeString(settings, text(settings(all)));
        this.server = jvm("broker-" + id, "kafka.Kafka", List.of(settings.toString()));
    }

    /// `host:port` for clients.
    public String address() {
        return "127.0.0.1:" + endpoint.port();
    }

    /// `kill -9`.
    public synchronized void kill() throws InterruptedException {
        if (child != null) {
            child.kill();
            child = null;
        }
    }

    /// Starts it on the records that it has.
    public synchronized void start() throws IOException {
        child = server.start();
    }

    /// From now on none of its files grows: each write fails, as it does on a full disk.
    ///
    /// @throws IllegalStateException if it does not run
    public synchronized void fillDisk() throws IOException, InterruptedException {
        if (child == null) {
            throw new IllegalStateException("broker " + id + " does not run");
        }
        child.stopFilesGrowing();
    }

    public synchronized boolean isRunning() {
        return child != null && child.isAlive();
    }

    /// Prepares an empty folder.
    void format(String clusterId) throws IOException, InterruptedException {
        Path settings = folder.resolve("broker-" + id + ".properties");
        Child tool =
                jvm(
                                "format-" + id,
                                "kafka.tools.StorageTool",
                                List.of("format", "-t", clusterId, "-c", settings.toString()))
                        .start();
        if (tool.await(PATIENCE) != 0) {
            throw new IOException("cannot format the folder of broker " + id);
        }
    }

    private Jvm jvm(String name, String mainClass, List<String> arguments) {
        return new Jvm(name, HEAP, List.of(), mainClass, arguments, Map.of(), folder);
    }

    private static String text(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private Map<String, Object> settings(List<Endpoint> all) {
        int replicas = Math.min(3, all.size());
        int inSync = replicas > 1 ? 2 : 1;
        StringBuilder voters = new StringBuilder();
        for (int i = 1; i <= all.size(); i++) {
            voters.append(i == 1 ? "" : ",")
                    .append(i + "@127.0.0.1:" + all.get(i - 1).controllerPort());
        }
        Map<String, Object> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", id);
        settings.put("controller.quorum.voters", voters);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "BROKER");
        StringBuilder protocols = new StringBuilder("BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        StringBuilder listeners = new StringBuilder("BROKER://" + address());
        StringBuilder advertised = new StringBuilder("BROKER://" + address());
        for (WiredPort wire : endpoint.wires()) {
            protocols.append("," + wire.role() + ":PLAINTEXT");
            listeners.append("," + wire.role() + "://127.0.0.1:" + wire.port());
            advertised.append("," + wire.role() + "://127.0.0.1:" + wire.wirePort());
        }
        listeners.append(",CONTROLLER://127.0.0.1:" + endpoint.controllerPort());
        settings.put("listener.security.protocol.map", protocols);
        settings.put("listeners", listeners);
        settings.put("advertised.listeners", advertised);
        settings.put("log.dirs", folder.resolve("broker-" + id));
        settings.put("auto.create.topics.enable", false);
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("offsets.topic.num.partitions", 4);
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("transaction.state.log.num.partitions", 4);
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1000);
        settings.put("group.initial.rebalance.delay.ms", 0);
        settings.put("log.cleaner.dedupe.buffer.size", 4 * 1024 * 1024);
        settings.put("log.index.size.max.bytes", 1024 * 1024);
        settings.put("num.network.threads", 2);
        settings.put("num.io.threads", 4);
        settings.put("message.max.bytes", 16 * 1024 * 1024);
        settings.put("replica.fetch.max.bytes", 16 * 1024 * 1024);
        return settings;
    }
}
