package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Reroute;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// A provider's requests and tokens per minute. Limits are so low that a second call has to wait
/// for longer than any test takes.
class QuotaTest extends WithWorkers {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    @Override
    TestLog newLog() throws InterruptedException {
        return new TestLog(TestLog.CLOSES_AT_ONCE);
    }

    @Test
    void those_with_another_target_do_not_wait_for_the_quota() {
        limited("requests-per-minute: 1");
        try (Workers worker = worker("only")) {
            sendOne(60);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);

            List<InferenceRequest> late = requests(3);
            late.forEach(request ->
                    log.send(
                            dispatch(request, 60)
                                    .setCandidates(TestLog.candidates("other"))
                                    .build()));

            await().atMost(LONG_ENOUGH).until(() -> reroutes().size() == 3);
            assertThat(reroutes()).extracting(Reroute::getAttempts).containsOnly(0);
            assertThat(reroutes())
                    .extracting(reroute -> reroute.getFailure().getStatus())
                    .containsOnly(429);
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void those_without_wait_until_their_deadline() {
        limited("requests-per-minute: 1");
        try (Workers worker = worker("only")) {
            sendOne(60);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);

            sendOne(2);

            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            assertThat(failures().getFirst().getCode()).isEqualTo("deadline_exceeded");
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(1);
        assertThat(outcomes()).containsExactly(AttemptOutcome.COMPLETED);
    }

    @Test
    void tokens_are_counted_as_the_provider_counts_them() {
        model.behave(SimulatedBehaviour.immediate().withOutputTokens(500));
        limited("tokens-per-minute: 600");
        try (Workers worker = worker("only")) {
            sendOne(60);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);

            sendOne(2);

            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void interactive_calls_go_on_while_a_large_one_of_a_batch_waits_for_its_turn() {
        limited("tokens-per-minute: 20000");
        try (Workers worker = worker("only")) {
            sendOne(60);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);
            sendBatch(log.bytes(large(19_999)));
            sendBatch(new byte[] {1});
            String letters = log.topics().deadLetters().name();
            await().atMost(LONG_ENOUGH).until(() -> log.records(letters).size() == 1);

            sendOne(60);

            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 2);
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(2);
    }

    @Test
    void a_prompt_that_is_larger_than_the_quota_is_refused_or_sent_elsewhere_at_once() {
        limited("tokens-per-minute: 1000");
        try (Workers worker = worker("only")) {
            log.send(large(1_251));
            log.send(
                    Dispatch.newBuilder(large(1_251))
                            .setCandidates(TestLog.candidates("other"))
                            .build());

            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            await().atMost(LONG_ENOUGH).until(() -> reroutes().size() == 1);
            assertThat(worker.isAlive()).isTrue();
        }
        Failure failure = failures().getFirst();
        assertThat(failure.getStatus()).isEqualTo(429);
        assertThat(failure.getCode()).isEqualTo("rate_limit_exceeded");
        assertThat(failure.getMessage()).contains("about 1251 tokens", "1000 tokens per minute");
        assertThat(failure.getShouldRetry()).isFalse();
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void what_may_use_more_than_the_quota_is_refused_where_completions_are_reserved() {
        limited("tokens-per-minute: 1000, reserved-completion-tokens: 900");
        try (Workers worker = worker("only")) {
            log.send(large(101));

            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            assertThat(worker.isAlive()).isTrue();
        }
        Failure failure = failures().getFirst();
        assertThat(failure.getStatus()).isEqualTo(429);
        assertThat(failure.getMessage())
                .contains("about 101 tokens", "1000 tokens per minute", "`max_tokens`");
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void a_retry_counts_as_a_request() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(9, new SimulatedFailure.Refuse(503, null, null)));
        limited("requests-per-minute: 1");
        try (Workers worker = worker("only")) {
            await().atMost(LONG_ENOUGH).until(() -> handovers().size() == 4);
            sendOne(2);

            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            assertThat(failures().getFirst().getCode()).isEqualTo("deadline_exceeded");
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void the_next_owner_knows_what_was_spent() {
        limited("requests-per-minute: 1");
        try (Workers first = worker("first")) {
            sendOne(60);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);
            assertThat(first.isAlive()).isTrue();
        }
        try (Workers second = worker("second")) {
            sendOne(2);
            await().atMost(LONG_ENOUGH).until(() -> failures().size() == 1);
            assertThat(second.isAlive()).isTrue();
        }
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void and_what_was_not() {
        limited("requests-per-minute: 1");
        try (Workers first = worker("first")) {
            await().atMost(LONG_ENOUGH).until(() -> handovers().size() == 4);
            assertThat(handovers()).allMatch(metadata -> metadata.matches("q1:\\d+,0,0;.*"));
            assertThat(first.isAlive()).isTrue();
        }
        assertThat(handovers()).allMatch(metadata -> metadata.matches("q1:\\d+,0,1;.*"));
        try (Workers second = worker("second")) {
            sendOne(20);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 1);
            assertThat(second.isAlive()).isTrue();
        }
    }

    @Test
    void concurrency_is_that_of_all_workers_together() {
        document = document(8);
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(200)));
        try (Workers first = worker("first");
                Workers second = worker("second")) {
            await().atMost(LONG_ENOUGH)
                    .until(
                            () -> IntStream.of(window(first), window(second)).boxed().toList(),
                            List.of(4, 4)::equals);
            requests(60).forEach(this::sendAnywhere);
            await().atMost(LONG_ENOUGH).until(() -> completed().size() == 60);
        }
        assertThat(model.counts().peakInFlight()).isLessThanOrEqualTo(8);
    }

    private void limited(String limit) {
        document = document(64).replace("concurrency: 64", "concurrency: 64, " + limit);
    }

    private void sendOne(int seconds) {
        log.send(dispatch(requests(1).getFirst(), seconds).build());
    }

    /// To one partition, in order.
    private void sendBatch(byte[] dispatch) {
        String topic = log.topics().dispatches(PROVIDER, Lane.BATCH).name();
        log.write(new ProducerRecord<>(topic, 0, "key", dispatch));
    }

    private static Dispatch large(long promptTokens) {
        Dispatch.Builder large = dispatch(requests(1).getFirst(), 60);
        return large.setClassification(
                        Classification.newBuilder(large.getClassification())
                                .setEstimatedPromptTokens(promptTokens)
                                .build())
                .build();
    }

    private static Dispatch.Builder dispatch(InferenceRequest request, int seconds) {
        return TestLog.dispatch(PROVIDER, request, false)
                .setDeadline(TestLog.CLOCK.instant().plusSeconds(seconds));
    }

    private static int window(Workers worker) {
        return worker.status().getFirst().getWindow();
    }

    /// What the group has committed beside the offsets.
    private List<String> handovers() {
        try (Admin admin = log.kafka().admin()) {
            return admin
                    .listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .map(OffsetAndMetadata::metadata)
                    .toList();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Reroute> reroutes() {
        return log.read(log.topics().reroutes());
    }

    private List<Failure> failures() {
        return log.read(log.topics().replies()).stream()
                .filter(reply -> reply.getKind() == ReplyKind.FAILED)
                .map(Reply::getFailure)
                .toList();
    }
}
