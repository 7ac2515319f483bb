package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request that its provider throttles whenever it comes: it asks for more than a minute's quota
/// has.
class ThrottledAloneTest extends WithScriptedModel {

    /// @param concurrency of the provider: however narrow the window has become, others pass
    @ParameterizedTest
    @ValueSource(ints = {64, 1})
    void it_lets_the_others_pass_and_is_told_in_the_end(int concurrency) {
        model.throttles("too much");
        start("json-repairs: 0", ", limits: { concurrency: %d }".formatted(concurrency));
        InferenceRequest greedy = ask("too much");

        int served = 0;
        while (reply(greedy).isEmpty()) {
            model.says("Hello");
            InferenceRequest modest = ask("Hi");
            await().atMost(Duration.ofSeconds(20)).until(() -> reply(modest).isPresent());
            assertThat(reply(modest).map(Reply::getKind)).hasValue(ReplyKind.COMPLETED);
            served++;
        }

        assertThat(served).isGreaterThanOrEqualTo(8);
        Failure failure = reply(greedy).map(Reply::getFailure).orElseThrow();
        assertThat(failure.getStatus()).isEqualTo(429);
        assertThat(failure.getCode()).isEqualTo("rate_limit_exceeded");
    }

    private InferenceRequest ask(String words) {
        return send("{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(words));
    }

    private static Optional<Reply> reply(InferenceRequest request) {
        List<Reply> replies = log.replies(request.getRequestId());
        return replies.stream().findFirst();
    }
}
