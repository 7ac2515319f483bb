package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A model server that says what a test wants it to say, one text for each chat completion in turn,
/// and keeps what it was asked.
final class ScriptedModel implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Answer(int status, String type, byte[] body) {

        static Answer json(int status, byte[] body) {
            return new Answer(status, "application/json", body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private volatile @Nullable String throttled;
    private final CountDownLatch closing = new CountDownLatch(1);

    ScriptedModel() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/v1/models",
                exchange ->
                        reply(
                                exchange,
                                Answer.json(200, "{\"data\":[{\"id\":\"m\"}]}".getBytes(UTF_8))));
        server.createContext("/v1/chat/completions", this::complete);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /// Says these, with as many completion tokens as characters.
    ScriptedModel says(String... contents) {
        for (String content : contents) {
            ObjectNode answer = JSON.createObjectNode().put("object", "chat.completion");
            ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
            choice.put("finish_reason", "stop");
            choice.putObject("message").put("role", "assistant").put("content", content);
            answer.putObject("usage")
                    .put("prompt_tokens", 10)
                    .put("completion_tokens", content.length());
            answers.add(Answer.json(200, JSON.writeValueAsBytes(answer)));
        }
        return this;
    }

    /// Streams these as one answer, a chunk for each, with as many completion tokens.
    ScriptedModel streams(String... contents) {
        String end =
                """
                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":%d}}

                data: [DONE]

                """
                        .formatted(contents.length);
        answers.add(events(contents, end));
        return this;
    }

    /// Streams these and no end.
    ScriptedModel breaksOff(String... contents) {
        answers.add(events(contents, ""));
        return this;
    }

    private static Answer events(String[] contents, String end) {
        StringBuilder events = new StringBuilder();
        for (String content : contents) {
            ObjectNode chunk = JSON.createObjectNode().put("object", "chat.completion.chunk");
            chunk.putArray("choices").addObject().putObject("delta").put("content", content);
            events.append("data: ").append(chunk).append("\n\n");
        }
        byte[] body = events.append(end).toString().getBytes(UTF_8);
        return new Answer(200, "text/event-stream", body);
    }

    ScriptedModel refuses(int status) {
        answers.add(Answer.json(status, "{\"error\":{\"message\":\"no\"}}".getBytes(UTF_8)));
        return this;
    }

    /// Throttles whatever holds these words, always.
    ScriptedModel throttles(String words) {
        throttled = words;
        return this;
    }

    /// The bodies of the chat completions, in order. One without a script is not answered.
    List<JsonNode> asked() {
        return asked;
    }

    private void complete(HttpExchange exchange) throws IOException {
        JsonNode question = JSON.readTree(exchange.getRequestBody().readAllBytes());
        asked.add(question);
        if (throttled != null && question.toString().contains(throttled)) {
            byte[] error = "{\"error\":{\"message\":\"slow down\"}}".getBytes(UTF_8);
            reply(exchange, Answer.json(429, error));
            return;
        }
        Answer answer = answers.poll();
        if (answer != null) {
            reply(exchange, answer);
            return;
        }
        try {
            closing.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private static void reply(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("content-type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
