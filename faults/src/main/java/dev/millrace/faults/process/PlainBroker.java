package dev.millrace.faults.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A KRaft broker and controller with settings of its own, started as Kafka's own scripts do.
///
/// @param id 1 for the first of a cluster
/// @param all where each of the cluster listens, in the order of their ids
/// @param folder takes its settings, its records and its output
record PlainBroker(int id, List<Endpoint> all, Path folder) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    PlainBroker {
        all = List.copyOf(all);
    }

    /// Where a broker listens.
    ///
    /// @param port for clients
    /// @param controllerPort for the quorum
    /// @param wires further ports, for the services that reach it through a wire
    record Endpoint(int port, int controllerPort, List<WiredPort> wires) {
        Endpoint {
            wires = List.copyOf(wires);
        }

        String address() {
            return "127.0.0.1:" + port;
        }
    }

    /// A port that clients reach through a wire.
    ///
    /// @param role of the clients
    /// @param port where the broker listens
    /// @param wirePort where its clients think that it listens
    record WiredPort(Role role, int port, int wirePort) {}

    /// Prepares an empty folder.
    ///
    /// @return the broker, which can be started
    Broker format(String clusterId) throws IOException, InterruptedException {
        String file =
                Files.writeString(folder.resolve(name() + ".properties"), text(settings()))
                        .toString();
        Child tool =
                Broker.jvm(
                                "format-" + id,
                                "kafka.tools.StorageTool",
                                List.of("format", "-t", clusterId, "-c", file),
                                folder)
                        .start();
        if (tool.await(PATIENCE) != 0) {
            throw new IOException("cannot format the folder of " + name());
        }
        return new Broker(
                endpoint().port(), Broker.jvm(name(), "kafka.Kafka", List.of(file), folder));
    }

    private String name() {
        return "broker-" + id;
    }

    private Endpoint endpoint() {
        return all.get(id - 1);
    }

    private static String text(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private Map<String, Object> settings() {
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
        StringBuilder listeners = new StringBuilder("BROKER://" + endpoint().address());
        StringBuilder advertised = new StringBuilder("BROKER://" + endpoint().address());
        for (WiredPort wire : endpoint().wires()) {
            protocols.append("," + wire.role() + ":PLAINTEXT");
            listeners.append("," + wire.role() + "://127.0.0.1:" + wire.port());
            advertised.append("," + wire.role() + "://127.0.0.1:" + wire.wirePort());
        }
        listeners.append(",CONTROLLER://127.0.0.1:" + endpoint().controllerPort());
        settings.put("listener.security.protocol.map", protocols);
        settings.put("listeners", listeners);
        settings.put("advertised.listeners", advertised);
        settings.put("log.dirs", folder.resolve(name()));
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
