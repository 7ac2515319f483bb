package dev.millrace.ingress;

import dev.millrace.schemas.PoolState;
import dev.millrace.topics.KafkaLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// An ingress that runs, the other side of its log, and a client.
final class Rig implements AutoCloseable {

    static final String CHAT = "/v1/chat/completions";

    final KafkaLog log;
    final OtherSide other;
    final Ingress ingress;
    final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService heart =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    private Rig(KafkaLog log, String yaml, UnaryOperator<IngressSettings> settings)
            throws InterruptedException {
        this.log = log;
        this.other = new OtherSide(log);
        other.configure(yaml);
        this.ingress =
                Ingress.start(
                        log, settings.apply(IngressSettings.of("ingress-test", "127.0.0.1", 0)));
    }

    static Rig start() throws InterruptedException {
        return start("", settings -> settings);
    }

    /// An ingress that is ready, behind it a router and the pool of `acme-cloud`.
    static Rig start(String yaml, UnaryOperator<IngressSettings> settings)
            throws InterruptedException {
        Rig rig = new Rig(SharedBroker.newLog(), yaml, settings);
        rig.keepAlive();
        if (!rig.ingress.awaitReady(Duration.ofSeconds(20))) {
            throw new AssertionError("not ready, missing " + rig.ingress.missing());
        }
        return rig;
    }

    /// An ingress with nothing behind its log.
    static Rig lonely(KafkaLog log, UnaryOperator<IngressSettings> settings)
            throws InterruptedException {
        return new Rig(log, "", settings);
    }

    void keepAlive() {
        var _ =
                heart.scheduleAtFixedRate(
                        () -> {
                            other.router();
                            other.worker(
                                    "worker-1",
                                    OtherSide.pool("acme-cloud", PoolState.READY, "acme-large"));
                        },
                        0,
                        2,
                        TimeUnit.SECONDS);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ingress.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> chat(String model, String... headers)
            throws IOException, InterruptedException {
        return post(CHAT, chatBody(model, false), headers);
    }

    HttpResponse<String> stream(String model) throws IOException, InterruptedException {
        return post(CHAT, chatBody(model, true));
    }

    static String chatBody(String model, boolean stream) {
        return """
        {"model": "%s", "stream": %s, "messages": [{"role": "user", "content": "hi"}]}\
        """
                .formatted(model, stream);
    }

    @Override
    public void close() {
        heart.shutdownNow();
        client.shutdownNow();
        ingress.close();
        other.close();
    }
}
