package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A gateway on loopback that answers as it is told, and remembers what it was asked.
final class FakeGateway implements AutoCloseable {

    /// A request.
    ///
    /// @param target path and query
    record Received(String method, String target, Headers headers, String body) {

        String header(String name) {
            String value = headers.getFirst(name);
            return value == null ? "" : value;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    private FakeGateway(HttpServer server) {
        this.server = server;
    }

    static FakeGateway start() {
        try {
            FakeGateway gateway =
                    new FakeGateway(
                            HttpServer.create(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            gateway.server.setExecutor(gateway.threads);
            gateway.server.start();
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file beside the tests.
    static String golden(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(FakeGateway.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Answers a path with a whole body.
    void answer(String path, int status, String contentType, String body) {
        handle(
                path,
                exchange -> {
                    byte[] bytes = body.getBytes(UTF_8);
                    Headers headers = exchange.getResponseHeaders();
                    headers.set("Content-Type", contentType);
                    headers.set("x-request-id", "req-from-header");
                    headers.set("x-millrace-provider", "openai");
                    headers.set("x-millrace-model", "gpt-4o-mini");
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    void handle(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    received.add(
                            new Received(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().toString(),
                                    exchange.getRequestHeaders(),
                                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                    handler.handle(exchange);
                });
    }

    /// The only request so far.
    Received only() {
        if (received.size() != 1) {
            throw new AssertionError("expected one request, got " + received);
        }
        return received.getFirst();
    }

    /// The bodies of all requests to a path so far, in their order.
    List<String> bodies(String path) {
        return received.stream()
                .filter(request -> request.target().equals(path))
                .map(Received::body)
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
