package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// A provider's code that gives the worker what it must not.
class WorkerBugTest {
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void whoever_waits_is_told_even_if_what_was_used_cannot_be_told() throws Exception {
        String document =
                "providers: [ { name: bad, kind: openai-compatible, base-url: \"http://127.0.0.1:9\" } ]";
        try (TestLog log = new TestLog(TestLog.CLOSES_AT_ONCE)) {
            try (Workers first = log.workers(log.settings("w1"), document, new Factory())) {
                for (int number = 1; number <= 2; number++) {
                    InferenceRequest request = TestLog.request(WithWorker.QUESTION).build();
                    log.send(TestLog.dispatch("bad", request, false).build());

                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> !log.replies(request.getRequestId()).isEmpty());

                    Reply reply = log.replies(request.getRequestId()).getFirst();
                    assertThat(reply.getFailure().getStatus()).isEqualTo(500);
                    assertThat(reply.getFailure().getCode()).isEqualTo("internal_error");
                }
                assertThat(first.isAlive()).isTrue();
            }

            try (Workers second = log.workers(log.settings("w2"), document, new Factory())) {
                assertThat(second.isAlive()).isTrue();
                assertThat(calls).as("what failed is done with").hasValue(2);
            }
        }
    }

    private final class Factory implements ProviderFactory {
        @Override
        public Set<ProviderKind> kinds() {
            return Set.of(ProviderKind.OPENAI_COMPATIBLE);
        }

        @Override
        public Provider create(dev.millrace.configuration.Provider configured, Secrets secrets) {
            return new Bad();
        }
    }

    private final class Bad implements Provider {
        @Override
        @NullUnmarked
        public Outcome attempt(Call call, Deadline deadline, ReplySink replies) {
            calls.incrementAndGet();
            TokenUsage withoutDetails = new TokenUsage(1, 0, 0, 1, 0, null, false);
            return new Outcome.Completed(
                    new byte[] {'{', '}'}, "stop", withoutDetails, UpstreamTrace.SILENCE);
        }

        @Override
        public ProviderHealth probe() {
            return new ProviderHealth.Ready(List.of());
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
