package dev.millrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One KRaft broker and controller in this JVM, on loopback, with its records in a folder that
/// survives restarts and `kill -9`.
///
/// Everything in Millrace that uses the broker's own classes, which are no documented API, is in
/// this file.
public final class EmbeddedKafka implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    private final DataFolder folder;
    private final KafkaRaftServer server;
    private final int port;
    private final TransactionSweep sweep;

    private EmbeddedKafka(
            DataFolder folder, KafkaRaftServer server, int port, TransactionSweep sweep) {
        this.folder = folder;
        this.server = server;
        this.port = port;
        this.sweep = sweep;
    }

    /// Starts a broker and returns when it takes connections.
    ///
    /// @param data created where it is missing
    /// @param port for clients; 0 picks a free one
    /// @throws DataFolderInUse if another broker runs on the folder
    /// @throws IOException if the folder cannot be written
    public static EmbeddedKafka start(Path data, int port) throws IOException {
        return start(data, LOOPBACK, port);
    }

    /// As [#start(Path, int)], listening on `host` and advertising it.
    ///
    /// @param host an address of this machine
    public static EmbeddedKafka start(Path data, String host, int port) throws IOException {
        DataFolder folder = DataFolder.lock(data);
        try {
            int listen = port == 0 ? freePort() : port;
            KafkaConfig config = new KafkaConfig(settings(folder.path(), host, listen, freePort()));
            boolean first = format(folder.path());
            KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(folder, server, listen, TransactionSweep.start(listen, first));
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /// `host:port`, for Kafka clients on this machine.
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /// The port for clients.
    public int port() {
        return port;
    }

    /// Stops the broker and gives the folder back.
    @Override
    public void close() {
        try (folder) {
            sweep.close();
            server.shutdown();
            server.awaitShutdown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @return false where it was formatted before
    private static boolean format(Path folder) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return false;
        }
        Formatter formatter =
                new Formatter()
                        .setPrintStream(
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        false,
                                        StandardCharsets.UTF_8))
                        .setNodeId(1)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setControllerListenerName("CONTROLLER")
                        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                        .addDirectory(folder.toString())
                        .setMetadataLogDirectory(folder.toString());
        try {
            formatter.run();
            return true;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format the data folder " + folder, e);
        }
    }

    /// One replica of everything, few partitions for the internal topics (each is a directory to
    /// open at every start), no rebalance delay, and a log cleaner with a smaller buffer than the
    /// default's 128 MiB of heap. It holds 600,000 keys: a partition with more new ones is
    /// rewritten as a whole for every such part of them.
    private static Map<String, Object> settings(
            Path folder, String host, int port, int controllerPort) {
        Map<String, Object> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", 1);
        all.put("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "BROKER");
        all.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put(
                "listeners",
                "BROKER://"
                        + host
                        + ":"
                        + port
                        + ",CONTROLLER://"
                        + LOOPBACK
                        + ":"
                        + controllerPort);
        all.put("advertised.listeners", "BROKER://" + host + ":" + port);
        all.put("log.dirs", folder.toString());
        all.put("auto.create.topics.enable", false);
        all.put("num.partitions", 1);
        all.put("default.replication.factor", 1);
        all.put("min.insync.replicas", 1);
        all.put("offsets.topic.replication.factor", 1);
        all.put("offsets.topic.num.partitions", 4);
        all.put("transaction.state.log.replication.factor", 1);
        all.put("transaction.state.log.min.isr", 1);
        all.put("transaction.state.log.num.partitions", 2);
        all.put("share.coordinator.state.topic.replication.factor", 1);
        all.put("share.coordinator.state.topic.min.isr", 1);
        all.put("share.coordinator.state.topic.num.partitions", 1);
        all.put("offsets.topic.segment.bytes", 16 * 1024 * 1024);
        all.put("transaction.state.log.segment.bytes", 16 * 1024 * 1024);
        all.put("log.index.size.max.bytes", 1024 * 1024);
        all.put("group.initial.rebalance.delay.ms", 0);
        all.put("group.min.session.timeout.ms", 1000);
        all.put("log.cleaner.dedupe.buffer.size", 16 * 1024 * 1024);
        all.put("log.cleaner.threads", 1);
        all.put("num.network.threads", 2);
        all.put("num.io.threads", 4);
        all.put("background.threads", 2);
        all.put("num.recovery.threads.per.data.dir", 2);
        all.put("message.max.bytes", 16 * 1024 * 1024);
        all.put("replica.fetch.max.bytes", 16 * 1024 * 1024);
        all.put("log.retention.check.interval.ms", 60_000);
        all.put("controlled.shutdown.enable", false);
        // After a kill the controller waits for the session of the broker's former life to end.
        all.put("broker.session.timeout.ms", 2_000);
        all.put("broker.heartbeat.interval.ms", 400);
        all.put("metadata.log.segment.bytes", 16 * 1024 * 1024);
        all.put("metadata.max.retention.bytes", 64 * 1024 * 1024);
        all.replaceAll((name, value) -> value.toString());
        return all;
    }

    /// A port below the range from which outgoing connections take theirs: nobody takes it by
    /// chance before the broker has bound it.
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
                return port;
            } catch (BindException _) {
                // taken: another one
            }
        }
    }
}
