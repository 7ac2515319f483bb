package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request that its provider throttles whenever it comes: it asks for more than a minute's quota
/// has.
class ThrottledAloneTest {
    private static TestLog log;

    private ScriptedModel model;
    private @Nullable Workers workers;
    private String provider = "";

    @BeforeAll
    static void createLog() throws InterruptedException {
        log = new TestLog(TestLog.CLOSES_AT_ONCE);
    }

    @AfterAll
    static void deleteLog() {
        log.close();
    }

    @BeforeEach
    void startModel() throws IOException {
        model = new ScriptedModel().throttles("too much");
    }

    @AfterEach
    void stop() {
        if (workers != null) {
            workers.close();
        }
        model.close();
    }

    /// @param concurrency of the provider: however narrow the window has become, others pass
    @ParameterizedTest
    @ValueSource(ints = {64, 1})
    void it_lets_the_others_pass_and_is_told_in_the_end(int concurrency) {
        String document =
                """
                providers:
                  - { name: p%1$d, kind: openai-compatible, base-url: "%2$s",
                      limits: { concurrency: %1$d } }
                """
                        .formatted(concurrency, model.baseUrl());
        workers = log.workers(log.settings("w" + concurrency), document);
        provider = "p" + concurrency;
        InferenceRequest greedy = send("too much");

        int served = 0;
        while (reply(greedy).isEmpty()) {
            model.says("Hello");
            InferenceRequest modest = send("Hi");
            await().atMost(Duration.ofSeconds(20)).until(() -> reply(modest).isPresent());
            assertThat(reply(modest).map(Reply::getKind)).hasValue(ReplyKind.COMPLETED);
            served++;
        }

        assertThat(served).isGreaterThanOrEqualTo(8);
        Failure failure = reply(greedy).map(Reply::getFailure).orElseThrow();
        assertThat(failure.getStatus()).isEqualTo(429);
        assertThat(failure.getCode()).isEqualTo("rate_limit_exceeded");
    }

    private InferenceRequest send(String words) {
        InferenceRequest request =
                TestLog.request(
                                "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                        .formatted(words))
                        .build();
        log.send(TestLog.dispatch(provider, request, false).build());
        return request;
    }

    private static Optional<Reply> reply(InferenceRequest request) {
        List<Reply> replies = log.replies(request.getRequestId());
        return replies.stream().findFirst();
    }
}
