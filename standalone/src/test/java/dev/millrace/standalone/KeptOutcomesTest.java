package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Result;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// P1, P2 and P5 for requests whose outcome is kept: asked once, they have one outcome, which
/// whoever asks gets, also after a `kill -9` of everything.
class KeptOutcomesTest {

    private static final int REQUESTS = 40;

    @TempDir Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    @Timeout(240)
    void what_was_accepted_has_one_outcome_after_a_kill_and_the_same_key_is_paid_once()
            throws Exception {
        try (SimulatedModelServer model =
                        SimulatedModelServer.start(SimulatedBehaviour.immediate());
                RunningMillrace first = RunningMillrace.before(model, folder)) {

            // Given answers that were kept, and accepted requests that are being answered
            HttpResponse<String> paid = keyed(first, "paid", false).join();
            HttpResponse<String> stream = keyed(first, "stream", true).join();
            assertThat(paid.statusCode()).isEqualTo(200);
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
            model.behave(
                    SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMinutes(5)));
            List<String> accepted = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                accepted.add(later(first));
            }
            CompletableFuture<HttpResponse<String>> cut = keyed(first, "cut", false);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> model.counts().inFlight() == REQUESTS + 1);

            // When the process is killed and started again
            first.kill();
            model.behave(SimulatedBehaviour.immediate());
            cut.handle((answer, broken) -> broken).join();
            try (RunningMillrace second = first.again()) {

                // Then every accepted request has its outcome
                for (String path : accepted) {
                    await().atMost(Duration.ofSeconds(90))
                            .until(() -> get(second, path).contains("\"status\":\"completed\""));
                }
                // And a key gets the same answer, without another call
                HttpResponse<String> again = keyed(second, "paid", false).join();
                assertThat(again.body()).isEqualTo(paid.body());
                assertThat(again.headers().firstValue("idempotent-replayed")).hasValue("true");
                assertThat(keyed(second, "stream", true).join().body()).isEqualTo(stream.body());
                // And one that was cut off is joined
                assertThat(keyed(second, "cut", false).join().statusCode()).isEqualTo(200);
                List<UUID> ids = accepted.stream().map(KeptOutcomesTest::id).toList();
                try (LogReader<Result> results =
                        new LogReader<>(second.log(), second.log().topics().results())) {
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> ended(results).containsAll(ids));
                    assertThat(ended(results)).doesNotHaveDuplicates();
                }
                assertEveryCallIsCharged(second, model);
            }
        }
    }

    @Test
    @Timeout(120)
    void a_delete_ends_a_call_and_what_waits_for_a_dead_pool_and_a_deadline_ends_the_rest()
            throws Exception {
        try (SimulatedModelServer model =
                        SimulatedModelServer.start(
                                SimulatedBehaviour.immediate()
                                        .withFirstTokenLatency(Duration.ofSeconds(60)));
                RunningMillrace millrace = RunningMillrace.before(model, folder)) {
            String cancelled = later(millrace);
            String expired = later(millrace, "x-millrace-deadline-ms", "3000");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> get(millrace, cancelled).contains("\"status\":\"running\""));

            String deleted =
                    client.send(
                                    HttpRequest.newBuilder(millrace.url(cancelled))
                                            .DELETE()
                                            .build(),
                                    BodyHandlers.ofString())
                            .body();

            assertThat(deleted).contains("\"status\":\"cancelled\"");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> get(millrace, expired).contains("\"status\":\"expired\""));
            assertThat(get(millrace, expired)).contains("deadline_exceeded");
            assertEveryCallIsCharged(millrace, model);
        }
    }

    private void assertEveryCallIsCharged(RunningMillrace millrace, SimulatedModelServer model)
            throws InterruptedException {
        try (LogReader<Charge> charges =
                new LogReader<>(millrace.log(), millrace.log().topics().charges())) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(charges.values()).hasSize((int) model.counts().calls()));
        }
    }

    /// The ids of the terminal results on the log.
    private static List<UUID> ended(LogReader<Result> results) {
        return results.values().stream()
                .filter(result -> result.getExpiresAt() != null)
                .map(Result::getRequestId)
                .toList();
    }

    private static UUID id(String path) {
        return UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
    }

    private CompletableFuture<HttpResponse<String>> keyed(
            RunningMillrace millrace, String key, boolean stream) {
        return client.sendAsync(
                chat(millrace, stream).header("idempotency-key", key).build(),
                BodyHandlers.ofString());
    }

    /// @return the path to ask at
    private String later(RunningMillrace millrace, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = chat(millrace, false).header("prefer", "respond-async");
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> taken = client.send(request.build(), BodyHandlers.ofString());
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        return taken.headers().firstValue("location").orElseThrow();
    }

    private String get(RunningMillrace millrace, String path) {
        URI uri = millrace.url(path);
        return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .join()
                .body();
    }

    private static HttpRequest.Builder chat(RunningMillrace millrace, boolean stream) {
        return HttpRequest.newBuilder(millrace.url("/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(
                        BodyPublishers.ofString(
                                """
                                {"model": "m", "stream": %s, "messages": [{"role": "user", "content": "hi"}]}
                                """
                                        .formatted(stream)));
    }
}
