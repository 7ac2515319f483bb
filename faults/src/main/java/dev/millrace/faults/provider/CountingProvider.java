package dev.millrace.faults.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An upstream that speaks OpenAI's dialect, writes down every call that it is sent, and misbehaves
/// when told. Its calls carry the attempt's id, so that each can be laid beside the ledger.
/// Thread-safe; one virtual thread for each call.
public final class CountingProvider implements AutoCloseable {

    /// Hears of calls while they happen. Called on the call's thread.
    public interface Listener {

        /// The first token of a stream was sent, or the call is half through.
        void underWay(ProviderCall call);

        /// The answer was written to the end.
        void answered(ProviderCall call);
    }

    private static final byte[] MODELS =
            "{\"object\":\"list\",\"data\":[{\"id\":\"*\",\"object\":\"model\"}]}"
                    .getBytes(StandardCharsets.UTF_8);

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<ProviderCall> calls = new ConcurrentLinkedQueue<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger flaps = new AtomicInteger();
    private volatile Misbehaviour misbehaviour = Misbehaviour.NONE;
    private volatile Pace pace = Pace.STEADY;

    private CountingProvider(HttpServer server) {
        this.server = server;
    }

    /// Starts one on a free port of the loopback address.
    public static CountingProvider start() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        CountingProvider provider = new CountingProvider(http);
        http.setExecutor(provider.threads);
        http.createContext("/", provider::serve);
        http.start();
        return provider;
    }

    /// The base URL to configure.
    public String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /// Every call so far, in the order in which they came.
    public List<ProviderCall> calls() {
        return List.copyOf(calls);
    }

    /// Takes effect with the next call.
    public void behave(Misbehaviour next) {
        misbehaviour = next;
    }

    /// Takes effect with the next call.
    public void pace(Pace next) {
        pace = next;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange http) throws IOException {
        String path = http.getRequestURI().getPath();
        if (path.equals("/v1/models")) {
            http.getResponseHeaders().set("content-type", "application/json");
            http.sendResponseHeaders(200, MODELS.length);
            http.getResponseBody().write(MODELS);
            http.close();
            return;
        }
        JsonNode request = JsonMapper.shared().readTree(http.getRequestBody().readAllBytes());
        String id = http.getRequestHeaders().getFirst("x-client-request-id");
        ProviderCall call =
                new ProviderCall(
                        id == null ? "" : id,
                        request.path("user").asString(""),
                        request.path("stream").asBoolean(false),
                        Instant.now());
        calls.add(call);
        Misbehaviour now = misbehaviour;
        if (now == Misbehaviour.FLAP) {
            now = flaps.getAndIncrement() % 2 == 0 ? Misbehaviour.NONE : Misbehaviour.FLAP;
        }
        try {
            new Performance(http, call, pace, now, closed, listeners).perform();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the provider closes");
        } catch (IOException gone) {
            call.ended(ProviderCall.End.CALLER_GONE);
            throw gone;
        } finally {
            call.ended(ProviderCall.End.REFUSED);
        }
        http.close();
    }
}
