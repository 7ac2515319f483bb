package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.ServedModel;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.local.LocalProviders;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A pool before a llama.cpp server.
class LocalPoolTest {
    private static final String ANSWER =
            """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
             "message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}\
            """;

    private static TestLog log;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final AtomicInteger early = new AtomicInteger();
    private final Semaphore answers = new Semaphore(0);
    private ScriptedUpstream server;
    private Workers workers;
    private volatile boolean slotsTold = true;

    @BeforeAll
    static void createLog() throws InterruptedException {
        log = new TestLog(TestLog.CLOSES_AT_ONCE);
    }

    @AfterAll
    static void deleteLog() {
        log.close();
    }

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedUpstream();
        server.otherwise(ScriptedUpstream.answer(404, "{}"))
                .always("/v1/chat/completions", this::complete);
        lists("m");
        props(2);
        startWorker();
    }

    private void startWorker() {
        workers =
                Workers.start(
                        log.kafka(),
                        log.settings("w-llama").build(),
                        List.of(new LocalProviders(TestLog.CLOCK)));
        apply(1, "base-url: \"%s\"".formatted(server.baseUrl()));
        await().until(() -> !workers.status().isEmpty());
    }

    @AfterEach
    void stop() throws IOException {
        answers.release(1000);
        workers.close();
        server.close();
    }

    @Test
    void a_server_with_two_slots_never_sees_more_than_two_calls_of_a_backlog() {
        // Given a backlog, and a server that is slow to say how many slots it has
        workers.close();
        List<InferenceRequest> requests =
                IntStream.range(0, 12)
                        .mapToObj(_ -> TestLog.request("{\"messages\":[]}").build())
                        .toList();
        requests.forEach(request -> log.send(TestLog.dispatch("llama", request, false).build()));
        slotsTold = false;
        server.always("/props", this::propsOncePoolWaits);

        // When its worker starts
        startWorker();

        // Then it is called once it has said so
        await().until(() -> inFlight.get() == 2 && status().getInFlight() == 2);
        answers.release(requests.size());
        await().untilAsserted(() -> assertThat(requests).allMatch(LocalPoolTest::isCompleted));
        assertThat(early).hasValue(0);
        assertThat(peak).hasValue(2);
    }

    @Test
    void the_pool_follows_its_server_through_load_and_unload() {
        await().untilAsserted(() -> {
            assertThat(status().getState()).isEqualTo(PoolState.READY);
            assertThat(status().getModels())
                    .singleElement()
                    .extracting(ServedModel::getName, ServedModel::getContextWindow)
                    .containsExactly("m", 4096L);
        });

        server.always(
                "/health",
                503,
                "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}");
        await().untilAsserted(() -> {
            assertThat(status().getState()).isEqualTo(PoolState.DOWN);
            assertThat(status().getLastError()).contains("still loading");
        });

        lists("n");
        props(3);
        server.always("/health", 200, "{\"status\":\"ok\"}");
        await().untilAsserted(() -> {
            assertThat(status().getState()).isEqualTo(PoolState.READY);
            assertThat(status().getModels()).extracting(ServedModel::getName).containsExactly("n");
            assertThat(status().getWindow()).isEqualTo(3);
        });
    }

    @Test
    void the_window_is_as_wide_as_the_slots_of_all_servers_that_are_ready() throws IOException {
        try (ScriptedUpstream second = new ScriptedUpstream()) {
            second.otherwise(ScriptedUpstream.answer(404, "{}"))
                    .always("/v1/models", 200, list("n"))
                    .always("/props", 200, properties(3));

            apply(2, "base-urls: [ \"%s\", \"%s\" ]".formatted(server.baseUrl(), second.baseUrl()));

            await().untilAsserted(() -> {
                assertThat(status().getWindow()).isEqualTo(5);
                assertThat(status().getModels())
                        .extracting(ServedModel::getName)
                        .containsExactly("m", "n");
            });
        }
        await().untilAsserted(() -> {
            assertThat(status().getWindow()).isEqualTo(2);
            assertThat(status().getState()).isEqualTo(PoolState.READY);
            assertThat(status().getModels()).extracting(ServedModel::getName).containsExactly("m");
        });
    }

    private void apply(long version, String addresses) {
        String document =
                """
                providers:
                  - { name: llama, kind: llama-cpp, %s, limits: { concurrency: 8 } }
                """
                        .formatted(addresses);
        workers.apply(new Snapshot(version, document, ConfigurationDocument.parse(document)));
    }

    private boolean complete(ScriptedUpstream.Connection connection) throws IOException {
        early.addAndGet(slotsTold ? 0 : 1);
        peak.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        answers.acquireUninterruptibly();
        inFlight.decrementAndGet();
        return ScriptedUpstream.answer(200, ANSWER).play(connection);
    }

    /// Keeps back how many slots there are until the pool waits for that, or calls without waiting.
    /// That it waits is seen nowhere but on its thread: what waits does nothing.
    private boolean propsOncePoolWaits(ScriptedUpstream.Connection connection) throws IOException {
        await().until(() -> early.get() > 0 || waitsForFirstLook());
        slotsTold = true;
        props(2);
        return ScriptedUpstream.answer(200, properties(2)).play(connection);
    }

    private static boolean waitsForFirstLook() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame ->
                        frame.getClassName().equals(WorkerPool.class.getName())
                                && frame.getMethodName().equals("awaitFirstLook"));
    }

    private void lists(String model) {
        server.always("/v1/models", 200, list(model));
    }

    private void props(int slots) {
        server.always("/props", 200, properties(slots));
    }

    private static String list(String model) {
        return "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"object\":\"model\"}]}"
                .formatted(model);
    }

    private static String properties(int slots) {
        return "{\"default_generation_settings\":{\"n_ctx\":4096},\"total_slots\":%d}"
                .formatted(slots);
    }

    private PoolStatus status() {
        return workers.status().getFirst();
    }

    private static boolean isCompleted(InferenceRequest request) {
        return log.replies(request.getRequestId()).stream()
                .anyMatch(reply -> reply.getKind() == ReplyKind.COMPLETED);
    }
}
