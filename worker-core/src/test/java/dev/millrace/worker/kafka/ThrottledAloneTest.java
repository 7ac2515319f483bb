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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A request that its provider throttles whenever it comes: it asks for more than a minute's quota
/// has.
class ThrottledAloneTest {
    private static TestLog log;

    private ScriptedModel model;
    private Workers workers;

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
        model = new ScriptedModel().throttles("too much");
        String document =
                """
                providers: [ { name: p, kind: openai-compatible, base-url: "%s" } ]
                """
                        .formatted(model.baseUrl());
        workers = log.workers(log.settings("w"), document);
    }

    @AfterEach
    void stop() {
        workers.close();
        model.close();
    }

    @Test
    void it_lets_the_others_pass_and_is_told_in_the_end() {
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
        log.send(TestLog.dispatch("p", request, false).build());
        return request;
    }

    private static Optional<Reply> reply(InferenceRequest request) {
        List<Reply> replies = log.replies(request.getRequestId());
        return replies.stream().findFirst();
    }
}
