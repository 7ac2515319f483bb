package dev.millrace.faults.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A broker in a process of its own. Thread-safe.
public final class Broker {

    private static final int HEAP = 256;

    private final int port;
    private final Jvm server;
    private @Nullable Child child;

    /// @param port where the program listens for clients
    Broker(int port, Jvm server) {
        this.port = port;
        this.server = server;
    }

    /// The product's own embedded broker, on an empty folder, as the only one of its cluster.
    static Broker embedded(Path folder) throws IOException {
        int port = Ports.free();
        List<String> arguments =
                List.of(folder.resolve("broker-1").toString(), Integer.toString(port));
        return new Broker(port, jvm("broker-1", EmbeddedBroker.class.getName(), arguments, folder));
    }

    /// A program of a broker.
    static Jvm jvm(String name, String mainClass, List<String> arguments, Path folder) {
        return new Jvm(name, HEAP, List.of(), mainClass, arguments, Map.of(), folder);
    }

    /// `host:port` for clients.
    public String address() {
        return "127.0.0.1:" + port;
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
            throw new IllegalStateException(server.name() + " does not run");
        }
        child.stopFilesGrowing();
    }

    public synchronized boolean isRunning() {
        return child != null && child.isAlive();
    }
}
