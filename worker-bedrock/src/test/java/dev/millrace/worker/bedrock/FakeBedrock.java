package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// Bedrock's runtime on loopback: its REST paths, its errors' headers, its streams' framing. What
/// it answers is scripted.
final class FakeBedrock implements Closeable {

    /// A request as it came.
    record Received(String method, String path, Map<String, String> headers, String body) {}

    private record Answer(int status, Map<String, String> headers, byte[][] pieces) {}

    private final HttpServer server;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    FakeBedrock() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    FakeBedrock thenAnswer(String json) {
        return then(200, Map.of("content-type", "application/json"), json.getBytes(UTF_8));
    }

    FakeBedrock thenError(int status, String name, String words, String... header) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("content-type", "application/json");
        headers.put("x-amzn-ErrorType", name + ":http://internal.amazon.com/coral/");
        if (header.length == 2) {
            headers.put(header[0], header[1]);
        }
        return then(status, headers, ("{\"message\":\"" + words + "\"}").getBytes(UTF_8));
    }

    FakeBedrock thenStream(String lines) {
        return then(
                200,
                Map.of("content-type", "application/vnd.amazon.eventstream"),
                Frames.of(lines));
    }

    List<Received> received() {
        return received;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private FakeBedrock then(int status, Map<String, String> headers, byte[]... pieces) {
        answers.add(new Answer(status, headers, pieces));
        return this;
    }

    private void serve(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name, values.getFirst()));
        String path = exchange.getRequestURI().getRawPath();
        received.add(
                new Received(
                        exchange.getRequestMethod(),
                        path,
                        headers,
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
        Answer answer = answers.poll();
        if (answer == null) {
            answer = new Answer(500, Map.of(), new byte[][] {"{}".getBytes(UTF_8)});
        }
        exchange.getResponseHeaders().set("x-amzn-RequestId", "bedrock-1");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (byte[] piece : answer.pieces()) {
                out.write(piece);
                out.flush();
            }
        }
    }
}
