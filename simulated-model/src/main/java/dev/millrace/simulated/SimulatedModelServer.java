package dev.millrace.simulated;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An OpenAI-compatible HTTP server, on loopback unless told otherwise, whose answers are
/// simulated: `POST /v1/chat/completions` (JSON and SSE), `POST /v1/embeddings`, `GET /v1/models`.
/// Answers depend on the request and on the [SimulatedBehaviour] alone. Thread-safe; one virtual
/// thread for each exchange.
///
/// The JDK's server reads its settings once in a JVM: this class sets `TCP_NODELAY` (without it
/// each answer waits 40 ms for an acknowledgement) and a bound on idle connections above what a
/// load generator keeps open.
public final class SimulatedModelServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SimulatedModelServer.class);
    private static final int BACKLOG = 1024;

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
    }

    /// The behaviour and how much of its script of failures is spent.
    private record Script(SimulatedBehaviour behaviour, AtomicLong spent) {
        SimulatedFailure next() {
            long index = spent.get() < behaviour.failures().size() ? spent.getAndIncrement() : -1;
            return index >= 0 && index < behaviour.failures().size()
                    ? behaviour.failures().get((int) index)
                    : new SimulatedFailure.None();
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<Script> script;
    private final AtomicLong nextId = new AtomicLong(1);
    private final CallCounts counts = new CallCounts();
    private final InstantSource clock;

    private SimulatedModelServer(HttpServer server, SimulatedBehaviour behaviour) {
        this.server = server;
        this.script = new AtomicReference<>(new Script(behaviour, new AtomicLong()));
        this.clock = InstantSource.system();
    }

    /// Starts a server on a free port.
    ///
    /// @throws IOException if no socket can be opened
    public static SimulatedModelServer start(SimulatedBehaviour behaviour) throws IOException {
        return start(0, behaviour);
    }

    /// Starts a server on `port` of the loopback address; 0 takes a free one.
    ///
    /// @throws IOException if the port is taken
    public static SimulatedModelServer start(int port, SimulatedBehaviour behaviour)
            throws IOException {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), behaviour);
    }

    /// Starts a server on an address of this machine's, which may be one that others reach.
    ///
    /// @throws IOException if the port is taken
    public static SimulatedModelServer start(
            InetSocketAddress address, SimulatedBehaviour behaviour) throws IOException {
        HttpServer http = HttpServer.create(address, BACKLOG);
        SimulatedModelServer started = new SimulatedModelServer(http, behaviour);
        http.setExecutor(started.threads);
        http.createContext("/", started::serve);
        http.start();
        log.info("simulated model server listens port={}", started.port());
        return started;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// The address to configure a provider of this machine with: `http://127.0.0.1:<port>/v1`.
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    public SimulatedBehaviour behaviour() {
        return script.get().behaviour();
    }

    /// Takes effect with the next call; its script of failures starts from the beginning.
    public void behave(SimulatedBehaviour behaviour) {
        script.set(new Script(behaviour, new AtomicLong()));
    }

    public CallCounts counts() {
        return counts;
    }

    /// Ends every exchange and frees the port.
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /// An exception leaves through the JDK's server, which then drops the connection: the only way
    /// to end a chunked body without its terminator.
    private void serve(HttpExchange http) throws IOException {
        Exchange exchange = new Exchange(http, closed, counts);
        http.getResponseHeaders().set("x-request-id", "sim-" + nextId.get());
        try {
            authorize(http);
            route(exchange, http.getRequestMethod(), http.getRequestURI().getPath());
        } catch (RefusedRequest refused) {
            exchange.drain();
            exchange.answer(refused.status(), refused.body());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the server closes");
        }
        http.close();
    }

    private void authorize(HttpExchange http) throws RefusedRequest {
        String key = behaviour().requiredKey();
        String shown = http.getRequestHeaders().getFirst("authorization");
        if (key != null && !("Bearer " + key).equals(shown)) {
            throw new RefusedRequest(
                    401,
                    "invalid_request_error",
                    null,
                    "invalid_api_key",
                    "Incorrect API key provided.");
        }
    }

    private void route(Exchange exchange, String method, String path)
            throws IOException, InterruptedException, RefusedRequest {
        switch (path) {
            case "/v1/chat/completions", "/v1/embeddings" -> {
                allow("POST", method);
                Script current = script.get();
                counts.began();
                try {
                    call(exchange, current, "/v1/embeddings".equals(path));
                } finally {
                    counts.ended();
                }
            }
            case "/v1/models" -> {
                allow("GET", method);
                exchange.answer(200, Models.list(behaviour().models()));
            }
            default -> {
                if (!path.startsWith("/v1/models/")) {
                    throw new RefusedRequest(
                            404,
                            "invalid_request_error",
                            null,
                            "unknown_url",
                            "Unknown request URL: " + method + " " + path);
                }
                allow("GET", method);
                String name = path.substring("/v1/models/".length());
                exchange.answer(200, Models.one(behaviour().models(), name));
            }
        }
    }

    private void call(Exchange exchange, Script current, boolean embedding)
            throws IOException, InterruptedException, RefusedRequest {
        long number = nextId.getAndIncrement();
        new Call(exchange, current.behaviour(), current.next(), number, clock.instant())
                .serve(embedding);
    }

    private static void allow(String wanted, String method) throws RefusedRequest {
        if (!wanted.equals(method)) {
            throw new RefusedRequest(
                    405,
                    "invalid_request_error",
                    null,
                    "method_not_supported",
                    "Not allowed to " + method + " here.");
        }
    }
}
