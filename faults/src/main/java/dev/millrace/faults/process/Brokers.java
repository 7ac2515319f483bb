package dev.millrace.faults.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/// The brokers of a cluster, each in a process of its own.
public final class Brokers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int REPLICAS = 3;
    private static final List<Role> WIRED = List.of(Role.INGRESS, Role.WORKER);

    private final List<Broker> all;
    private final Map<Role, Wire> wires;
    private final Map<Role, String> addresses;

    private Brokers(List<Broker> all, Map<Role, Wire> wires, Map<Role, String> addresses) {
        this.all = List.copyOf(all);
        this.wires = Map.copyOf(wires);
        this.addresses = Map.copyOf(addresses);
    }

    /// What a cluster is made of.
    public enum Kind {
        /// One plain broker, behind a wire for the roles that can be cut off.
        WIRED,
        /// The product's embedded broker.
        EMBEDDED,
        /// Three plain brokers that replicate to each other.
        REPLICATED
    }

    /// Starts a cluster on empty folders and returns when every broker is in it.
    static Brokers start(Kind kind, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Brokers brokers =
                switch (kind) {
                    case WIRED -> wired(folder);
                    case EMBEDDED ->
                            new Brokers(List.of(Broker.embedded(folder)), Map.of(), Map.of());
                    case REPLICATED -> replicated(folder);
                };
        for (Broker broker : brokers.all) {
            broker.start();
        }
        brokers.awaitAll();
        return brokers;
    }

    private static Brokers wired(Path folder) throws IOException, InterruptedException {
        List<PlainBroker.WiredPort> ports = new ArrayList<>();
        Map<Role, Wire> wires = new EnumMap<>(Role.class);
        Map<Role, String> addresses = new EnumMap<>(Role.class);
        for (Role role : WIRED) {
            var port = new PlainBroker.WiredPort(role, Ports.free(), Ports.free());
            wires.put(role, Wire.start(port.wirePort(), port.port()));
            addresses.put(role, "127.0.0.1:" + port.wirePort());
            ports.add(port);
        }
        var endpoint = new PlainBroker.Endpoint(Ports.free(), Ports.free(), ports);
        return new Brokers(plain(List.of(endpoint), folder), wires, addresses);
    }

    private static Brokers replicated(Path folder) throws IOException, InterruptedException {
        List<PlainBroker.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            endpoints.add(new PlainBroker.Endpoint(Ports.free(), Ports.free(), List.of()));
        }
        return new Brokers(plain(endpoints, folder), Map.of(), Map.of());
    }

    private static List<Broker> plain(List<PlainBroker.Endpoint> endpoints, Path folder)
            throws IOException, InterruptedException {
        String clusterId = Uuid.randomUuid().toString();
        List<Broker> brokers = new ArrayList<>();
        for (int id = 1; id <= endpoints.size(); id++) {
            brokers.add(new PlainBroker(id, endpoints, folder).format(clusterId));
        }
        return brokers;
    }

    public List<Broker> all() {
        return all;
    }

    public String bootstrapServers() {
        return all.stream().map(Broker::address).collect(Collectors.joining(","));
    }

    /// Where the services of a role find the cluster: behind their wire where they have one.
    String bootstrapServers(Role role) {
        return addresses.getOrDefault(role, bootstrapServers());
    }

    /// The wire between the services of a role and the only broker.
    ///
    /// @throws IllegalArgumentException if they have none
    public Wire wire(Role role) {
        Wire wire = wires.get(role);
        if (wire == null) {
            throw new IllegalArgumentException("no wire between " + role + " and the brokers");
        }
        return wire;
    }

    /// Waits until every broker is a member of the cluster.
    public void awaitAll() throws InterruptedException {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers(),
                        "request.timeout.ms",
                        4_000,
                        "default.api.timeout.ms",
                        5_000);
        try (Admin admin = Admin.create(settings)) {
            Waiting.until(
                    "every broker is in the cluster", PATIENCE, () -> members(admin) == all.size());
        }
    }

    @Override
    public void close() throws IOException {
        for (Broker broker : all) {
            try {
                broker.kill();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        for (Wire wire : wires.values()) {
            wire.close();
        }
    }

    private static int members(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size();
        } catch (ExecutionException | java.util.concurrent.TimeoutException notYet) {
            return 0;
        }
    }
}
