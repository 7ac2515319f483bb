package dev.millrace.worker.local;

import dev.millrace.configuration.Provider;
import dev.millrace.worker.dialect.ModelList;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for model servers on their usual ports of this machine, again and again, and tells of each
/// once: what is found becomes a pool, and that its server goes away and comes back is the pool's
/// own health from then on.
///
/// A server counts as one only if `GET /v1/models` answers with a list of models in OpenAI's form;
/// other programs use these ports too.
public final class LocalDiscovery implements AutoCloseable {
    /// Between two looks: a server that comes later is served within 10 s.
    public static final Duration INTERVAL = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(LocalDiscovery.class);
    private static final Duration CONNECT = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final long LARGEST_LIST = 4L * 1024 * 1024;

    private final List<UsualPlace> places;
    private final IntPredicate excluded;
    private final Consumer<Provider> found;
    private final Duration interval;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .build();
    private final Thread thread = Thread.ofVirtual().name("local-discovery").unstarted(this::run);

    private LocalDiscovery(
            List<UsualPlace> places,
            IntPredicate excluded,
            Consumer<Provider> found,
            Duration interval) {
        this.places = List.copyOf(places);
        this.excluded = excluded;
        this.found = found;
        this.interval = interval;
    }

    /// Starts to look, at once and then every [#INTERVAL].
    ///
    /// @param excluded ports never to look at: Millrace's own
    /// @param found takes each server that is found, as a provider named after its kind
    public static LocalDiscovery start(IntPredicate excluded, Consumer<Provider> found) {
        return start(UsualPlace.ALL, excluded, found, INTERVAL);
    }

    /// As [#start(IntPredicate, Consumer)], at other places and another pace.
    public static LocalDiscovery start(
            List<UsualPlace> places,
            IntPredicate excluded,
            Consumer<Provider> found,
            Duration interval) {
        LocalDiscovery discovery = new LocalDiscovery(places, excluded, found, interval);
        discovery.thread.start();
        return discovery;
    }

    /// Waits until every place was looked at once.
    ///
    /// @return false if that takes longer
    public boolean awaitFirstLook(Duration limit) throws InterruptedException {
        return firstLook.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        client.shutdownNow();
    }

    private void run() {
        List<UsualPlace> unseen = new ArrayList<>(places);
        try {
            do {
                List<UsualPlace> seen = new ArrayList<>();
                for (UsualPlace place : unseen) {
                    if (!excluded.test(place.port()) && isModelServer(place.baseUrl())) {
                        log.info(
                                "event=model_server_found kind={} port={}",
                                place.kind().spelling(),
                                place.port());
                        found.accept(place.provider());
                        seen.add(place);
                    }
                }
                unseen.removeAll(seen);
                firstLook.countDown();
            } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            log.debug("event=discovery_ended");
        }
    }

    private boolean isModelServer(URI baseUrl) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(baseUrl + "/models"))
                        .timeout(ANSWER)
                        .header("accept", "application/json")
                        .build();
        try {
            HttpResponse<byte[]> response =
                    client.send(
                            request,
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), LARGEST_LIST));
            boolean json =
                    response.headers()
                            .firstValue("content-type")
                            .filter(type -> type.contains("json"))
                            .isPresent();
            return response.statusCode() == 200
                    && json
                    && ModelList.readStrictly(response.body()).isPresent();
        } catch (IOException _) {
            return false;
        }
    }
}
