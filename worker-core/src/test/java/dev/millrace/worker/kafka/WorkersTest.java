package dev.millrace.worker.kafka;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.CircuitState;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Reroute;
import dev.millrace.schemas.ServedModel;
import dev.millrace.schemas.TargetStatus;
import dev.millrace.schemas.UsageSource;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.Topic;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class WorkersTest extends WithWorker {
    @Test
    void a_dispatch_is_answered_charged_and_priced() {
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(text(reply)).contains("\"cost\":").contains("simulated");
        assertThat(reply.getCost()).isEqualByComparingTo(expectedCost(reply));
        assertThat(reply.getCurrency()).isEqualTo("USD");
        assertThat(reply.getFinishReason()).isEqualTo("stop");
        assertThat(reply.getProvider()).isEqualTo(provider);
        assertThat(reply.getAttempts()).isEqualTo(1);
        List<Attempt> attempts = log.attempts(request);
        assertThat(attempts)
                .extracting(Attempt::getPhase)
                .containsExactly(AttemptPhase.STARTED, AttemptPhase.ENDED);
        Attempt ended = attempts.getLast();
        assertThat(ended.getOutcome()).isEqualTo(AttemptOutcome.COMPLETED);
        assertThat(ended.getUsage()).isEqualTo(reply.getUsage());
        assertThat(ended.getUsage().getSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(ended.getUpstreamRequestId()).startsWith("sim-");
        assertThat(ended.getFence()).isEqualTo(reply.getFence());
    }

    @Test
    void a_stream_arrives_in_order_without_gaps_and_ends_with_its_usage() {
        model.behave(SimulatedBehaviour.immediate().withTokensPerSecond(200).withOutputTokens(40));
        InferenceRequest request = TestLog.request(STREAM_QUESTION).build();

        log.send(TestLog.dispatch(provider, request, true).build());

        Reply last = awaitTerminal(request.getRequestId());
        List<Reply> replies = log.replies(request.getRequestId());
        assertThat(replies.size()).isGreaterThan(3);
        assertThat(replies)
                .extracting(Reply::getSequence)
                .containsExactlyElementsOf(IntStream.range(0, replies.size()).boxed().toList());
        assertThat(last.getBody()).isNull();
        assertThat(last.getUsage().getOutputTokens()).isEqualTo(40);
        String chunks =
                replies.stream()
                        .filter(reply -> reply.getKind() == ReplyKind.CHUNK)
                        .map(WorkersTest::text)
                        .collect(Collectors.joining());
        assertThat(chunks.lines())
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"))
                .noneMatch(line -> line.contains("usage"));
        assertThat(log.attempts(request).getLast().getFirstTokenAt()).isNotNull();
    }

    @Test
    void a_long_answer_is_split_and_comes_together_again() {
        model.behave(SimulatedBehaviour.immediate().withOutputTokens(300_000));
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        awaitTerminal(request.getRequestId());
        List<Reply> parts = log.replies(request.getRequestId());
        assertThat(parts.size()).isGreaterThan(2);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(Reply::getMore);
        assertThat(parts).allMatch(p -> p.getBody().remaining() <= WorkerSettings.LARGEST_PART);
        String body = parts.stream().map(WorkersTest::text).collect(Collectors.joining());
        assertThat(body).startsWith("{").endsWith("}").contains("\"completion_tokens\":300000");
    }

    @Test
    void the_same_dispatch_twice_runs_once() {
        InferenceRequest request = TestLog.request(QUESTION).build();
        Dispatch dispatch = TestLog.dispatch(provider, request, false).build();

        log.send(dispatch);
        log.send(dispatch);
        InferenceRequest after = TestLog.request(QUESTION).build();
        log.send(dispatchInPartitionOf(dispatch, after));

        awaitTerminal(after.getRequestId());
        assertThat(log.attempts(request)).hasSize(2);
        assertThat(log.replies(request.getRequestId())).hasSize(1);
    }

    @Test
    void a_dispatch_past_its_deadline_is_answered_without_a_call() {
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setDeadline(TestLog.now().minusMillis(1))
                        .build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getFailure().getStatus()).isEqualTo(408);
        assertThat(reply.getFailure().getCode()).isEqualTo("deadline_exceeded");
        assertThat(reply.getFailure().getShouldRetry()).isFalse();
        assertThat(reply.getAttempt()).isZero();
        assertThat(log.attempts(request)).isEmpty();
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void a_deadline_that_passes_while_the_window_is_full_is_told() {
        restart(settings(), document(1));
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        InferenceRequest hanging = TestLog.request(QUESTION).build();
        InferenceRequest waiting = TestLog.request(QUESTION).build();

        log.send(TestLog.dispatch(provider, hanging, false).build());
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));
        log.send(
                TestLog.dispatch(provider, waiting, false)
                        .setDeadline(TestLog.now().plusMillis(300))
                        .build());

        Reply reply = awaitTerminal(waiting.getRequestId());
        assertThat(reply.getFailure().getStatus()).isEqualTo(408);
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void a_cancelled_request_closes_the_upstream_connection_and_is_charged() {
        model.behave(SimulatedBehaviour.immediate().withTokensPerSecond(50).withOutputTokens(9999));
        InferenceRequest request = TestLog.request(STREAM_QUESTION).build();
        log.send(TestLog.dispatch(provider, request, true).build());
        await().until(() -> !log.replies(request.getRequestId()).isEmpty());

        log.cancel(request.getRequestId());

        await().atMost(3, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(model.counts().disconnects()).isEqualTo(1));
        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getFailure().getCode()).isEqualTo("request_cancelled");
        Attempt ended = log.attempts(request).getLast();
        assertThat(ended.getOutcome()).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(ended.getUsage().getSource()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(ended.getUsage().getInputTokens()).isEqualTo(7);
        assertThat(ended.getUsage().getOutputTokens()).isPositive();
    }

    @Test
    void a_request_cancelled_before_its_turn_is_not_called_at_all() {
        InferenceRequest request = TestLog.request(QUESTION).build();
        log.cancel(request.getRequestId());
        InferenceRequest other = TestLog.request(QUESTION).build();
        awaitCancellationsRead(other);

        log.send(TestLog.dispatch(provider, request, false).build());

        assertThat(awaitTerminal(request.getRequestId()).getFailure().getCode())
                .isEqualTo("request_cancelled");
        assertThat(log.attempts(request)).isEmpty();
    }

    @Test
    void an_undecodable_record_is_a_dead_letter_and_the_partition_moves_on() {
        Topic<Dispatch> topic = log.topics().dispatches(provider, Lane.INTERACTIVE);
        InferenceRequest request = TestLog.request(QUESTION).build();
        String key = request.getRequestId().toString();

        log.write(new ProducerRecord<>(topic.name(), key, "junk".getBytes(StandardCharsets.UTF_8)));
        log.write(new ProducerRecord<>(topic.name(), key, log.bytes(request)));
        log.write(new ProducerRecord<>(topic.name(), key, null));
        log.send(TestLog.dispatch(provider, request, false).build());

        assertThat(awaitTerminal(request.getRequestId()).getKind()).isEqualTo(ReplyKind.COMPLETED);
        await().untilAsserted(() ->
                assertThat(deadLetters(topic.name()))
                        .hasSize(3)
                        .allMatch(dead -> dead.getStage().equals("worker.decode")));
        assertThat(deadLetters(topic.name()))
                .anyMatch(dead -> dead.getReason().contains("Avro wire format"));
    }

    @Test
    void a_kafka_caller_gets_its_reply_where_and_how_it_asked() throws Exception {
        String topic = "replies-of-" + provider;
        log.createTopic(topic);
        byte[] correlation = {1, 2, 3};
        InferenceRequest request = TestLog.request(QUESTION).setIngressPartition(null).build();
        Dispatch dispatch =
                TestLog.dispatch(provider, request, false)
                        .setReplyTo(new ReplyAddress(topic, 0, ByteBuffer.wrap(correlation)))
                        .build();
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(
                        log.topics().dispatches(provider, request.getLane()).name(),
                        "k",
                        log.bytes(dispatch));
        record.headers().add("traceparent", "00-abc".getBytes(StandardCharsets.UTF_8));

        log.write(record);

        await().until(() -> !log.records(topic).isEmpty());
        ConsumerRecord<String, byte[]> reply = log.records(topic).getFirst();
        assertThat(reply.headers().lastHeader("kafka_correlationId").value())
                .isEqualTo(correlation);
        assertThat(reply.headers().lastHeader("traceparent").value())
                .isEqualTo("00-abc".getBytes(StandardCharsets.UTF_8));
        assertThat(log.read(topic, Reply.class).getFirst().getKind())
                .isEqualTo(ReplyKind.COMPLETED);
    }

    @Test
    void a_reply_topic_that_does_not_exist_costs_no_call() {
        InferenceRequest request = TestLog.request(QUESTION).setIngressPartition(null).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setReplyTo(new ReplyAddress("nowhere", null, null))
                        .build());

        String topic = log.topics().dispatches(provider, request.getLane()).name();
        await().untilAsserted(() -> assertThat(deadLetters(topic)).hasSize(1));
        assertThat(deadLetters(topic).getFirst().getReason()).contains("nowhere");
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void a_throttled_call_is_made_again_after_the_pause_and_both_are_charged() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                new SimulatedFailure.Refuse(429, null, Duration.ofMillis(20))));
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(reply.getAttempt()).isEqualTo(2);
        assertThat(reply.getAttempts()).isEqualTo(2);
        assertThat(log.attempts(request))
                .filteredOn(attempt -> attempt.getPhase() == AttemptPhase.ENDED)
                .extracting(Attempt::getOutcome)
                .containsExactly(AttemptOutcome.THROTTLED, AttemptOutcome.COMPLETED);
        assertThat(status().getWindow()).isEqualTo(32);
    }

    @Test
    void what_comes_to_a_closed_window_waits_goes_elsewhere_or_is_refused_as_its_deadline_says() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                new SimulatedFailure.Refuse(429, null, Duration.ofSeconds(6))));
        InferenceRequest throttled = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, throttled, false).build());
        await().until(() -> status().getWindow() == 32);

        InferenceRequest hurried = TestLog.request(QUESTION).build();
        log.send(
                TestLog.dispatch(provider, hurried, false)
                        .setDeadline(TestLog.CLOCK.instant().plusSeconds(3))
                        .build());
        InferenceRequest lucky = TestLog.request(QUESTION).build();
        log.send(
                TestLog.dispatch(provider, lucky, false)
                        .setCandidates(TestLog.candidates("other"))
                        .build());
        InferenceRequest patient = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, patient, false).build());

        Failure refused = awaitTerminal(hurried.getRequestId()).getFailure();
        assertThat(refused.getStatus()).isEqualTo(429);
        assertThat(refused.getRetryAfterMs()).isPositive();
        assertThat(log.attempts(hurried)).isEmpty();
        await().until(() -> log.reroutes(lucky).size() == 1);
        assertThat(log.attempts(lucky)).isEmpty();
        assertThat(awaitTerminal(patient.getRequestId()).getKind()).isEqualTo(ReplyKind.COMPLETED);
        Reply reply = awaitTerminal(throttled.getRequestId());
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(reply.getAttempt()).isEqualTo(2);
        assertThat(model.counts().calls()).isEqualTo(3);
    }

    @Test
    void a_storm_of_refusals_is_waited_out_and_asked_about_once_in_a_while() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                99,
                                new SimulatedFailure.Refuse(429, null, Duration.ofMillis(100))));
        InferenceRequest first = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, first, false).build());
        await().until(() -> status().getWindow() == 32);
        List<InferenceRequest> more =
                IntStream.range(0, 20).mapToObj(_ -> TestLog.request(QUESTION).build()).toList();
        more.forEach(request -> log.send(TestLog.dispatch(provider, request, false).build()));
        await().until(() -> model.counts().calls() >= 4);

        model.behave(SimulatedBehaviour.immediate());

        more.forEach(request ->
                assertThat(awaitTerminal(request.getRequestId()).getKind())
                        .isEqualTo(ReplyKind.COMPLETED));
        assertThat(status().getWindow()).isGreaterThanOrEqualTo(32);
    }

    @Test
    void a_failed_dispatch_with_other_targets_goes_back_to_the_router() {
        model.behave(
                SimulatedBehaviour.immediate().withFailures(3, new SimulatedFailure.Refuse(500)));
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setCandidates(TestLog.candidates("other"))
                        .build());

        await().until(() -> !log.reroutes(request).isEmpty());
        Reroute reroute = log.reroutes(request).getFirst();
        assertThat(reroute.getFailure().getStatus()).isEqualTo(503);
        assertThat(reroute.getAttempts()).isEqualTo(2);
        assertThat(reroute.getRetriesLeft()).isZero();
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void after_exhausted_fallbacks_the_client_is_told_the_first_failure_and_not_to_retry() {
        model.behave(
                SimulatedBehaviour.immediate().withFailures(3, new SimulatedFailure.Refuse(500)));
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setHop(1)
                        .setAttempts(3)
                        .setRetriesLeft(0)
                        .setFirstFailure(
                                new Failure(
                                        429,
                                        "rate_limit_error",
                                        "rate_limit_exceeded",
                                        "busy",
                                        null,
                                        null,
                                        true))
                        .build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getFailure().getStatus()).isEqualTo(429);
        assertThat(reply.getFailure().getShouldRetry()).isFalse();
        assertThat(reply.getAttempts()).isEqualTo(4);
    }

    @Test
    void a_refused_credential_parks_the_pool_until_it_is_taken_again() {
        model.behave(SimulatedBehaviour.immediate().withRequiredKey("another"));
        InferenceRequest request = TestLog.request(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(reply.getFailure().getStatus()).isEqualTo(502);
        assertThat(reply.getFailure().getCode()).isEqualTo("upstream_credentials_exhausted");
        await().until(() -> status().getState() == PoolState.CREDENTIAL_REFUSED);

        InferenceRequest next = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, next, false).build());
        assertThat(awaitTerminal(next.getRequestId()).getFailure().getStatus()).isEqualTo(502);
        assertThat(log.attempts(next)).isEmpty();

        model.behave(SimulatedBehaviour.immediate());
        await().until(() -> status().getState() == PoolState.READY);
    }

    @Test
    void a_target_that_fails_again_and_again_is_left_by_those_that_have_another() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(99, new SimulatedFailure.Refuse(500, null, null)));
        for (int i = 0; i < 5; i++) {
            InferenceRequest request = TestLog.request(QUESTION).build();
            log.send(TestLog.dispatch(provider, request, false).setRetriesLeft(0).build());
            awaitTerminal(request.getRequestId());
        }
        await().until(() -> target().getCircuit() == CircuitState.OPEN);
        assertThat(target().getModel()).isEqualTo("m");
        assertThat(target().getFailures()).isEqualTo(5);
        assertThat(target().getLastError()).contains("500");

        // One that has another target goes there without a call, one that has none is tried
        InferenceRequest lucky = TestLog.request(QUESTION).build();
        log.send(
                TestLog.dispatch(provider, lucky, false)
                        .setCandidates(TestLog.candidates("other"))
                        .build());
        await().until(() -> log.reroutes(lucky).size() == 1);
        assertThat(log.attempts(lucky)).isEmpty();
        InferenceRequest alone = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, alone, false).setRetriesLeft(0).build());
        awaitTerminal(alone.getRequestId());
        assertThat(log.attempts(alone)).isNotEmpty();
    }

    @Test
    void an_embedding_is_served() {
        InferenceRequest request =
                TestLog.request("{\"model\":\"e\",\"input\":\"a\",\"dimensions\":8}")
                        .setOperation(Operation.EMBEDDING)
                        .build();

        log.send(TestLog.dispatch(provider, request, false).build());

        Reply reply = awaitTerminal(request.getRequestId());
        assertThat(text(reply)).contains("\"embedding\"");
        assertThat(reply.getFinishReason()).isNull();
    }

    @Test
    void batch_takes_what_is_spare_and_interactive_goes_first() {
        restart(settings(), document(2));
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(200)));
        List<InferenceRequest> batch =
                IntStream.range(0, 20)
                        .mapToObj(_ -> TestLog.request(QUESTION).setLane(Lane.BATCH).build())
                        .toList();
        batch.forEach(one -> log.send(TestLog.dispatch(provider, one, false).build()));
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(2));

        InferenceRequest urgent = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, urgent, false).build());

        Set<UUID> all = batch.stream().map(InferenceRequest::getRequestId).collect(toSet());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(answered()).containsAll(all));
        assertThat(answered()).contains(urgent.getRequestId());
        List<UUID> order = answered();
        assertThat(order.subList(order.indexOf(urgent.getRequestId()), order.size()))
                .filteredOn(all::contains)
                .hasSizeGreaterThan(5);
    }

    @Test
    void a_batch_request_is_called_again_when_its_provider_wants_to_be_asked() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                1, new SimulatedFailure.Refuse(503, null, Duration.ofSeconds(3))));
        InferenceRequest request = TestLog.request(QUESTION).setLane(Lane.BATCH).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        assertThat(awaitTerminal(request.getRequestId()).getKind()).isEqualTo(ReplyKind.COMPLETED);
        List<Attempt> attempts = log.attempts(request);
        assertThat(attempts)
                .extracting(Attempt::getOutcome)
                .containsExactly(
                        AttemptOutcome.UNKNOWN,
                        AttemptOutcome.UNAVAILABLE,
                        AttemptOutcome.UNKNOWN,
                        AttemptOutcome.COMPLETED);
        assertThat(attempts.get(2).getStartedAt())
                .isAfterOrEqualTo(attempts.get(1).getEndedAt().plusSeconds(3));
    }

    @Test
    void the_status_tells_models_health_and_heals_by_itself() throws Exception {
        PoolStatus ready = status();
        assertThat(ready.getState()).isEqualTo(PoolState.READY);
        assertThat(ready.getModels()).extracting(ServedModel::getName).contains("*");
        assertThat(ready.getWindow()).isEqualTo(64);
        int port = model.port();

        model.close();
        await().until(() -> status().getState() == PoolState.DOWN);
        InferenceRequest request = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, request, false).build());
        assertThat(awaitTerminal(request.getRequestId()).getFailure().getStatus()).isEqualTo(503);

        model = SimulatedModelServer.start(port, SimulatedBehaviour.immediate());
        await().until(() -> status().getState() == PoolState.READY);
    }

    @Test
    void a_changed_provider_is_called_as_changed_and_its_running_calls_go_on() throws Exception {
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(800)));
        InferenceRequest running = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, running, false).build());
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));

        try (SimulatedModelServer other =
                SimulatedModelServer.start(SimulatedBehaviour.immediate())) {
            String changed =
                    document(8).replace(model.baseUrl().toString(), other.baseUrl().toString());
            workers.apply(new Snapshot(2, changed, ConfigurationDocument.parse(changed)));
            await().until(() -> workers.configVersion() == 2);
            InferenceRequest next = TestLog.request(QUESTION).build();
            log.send(TestLog.dispatch(provider, next, false).setConfigVersion(2).build());

            assertThat(awaitTerminal(next.getRequestId()).getKind()).isEqualTo(ReplyKind.COMPLETED);
            assertThat(other.counts().calls()).isEqualTo(1);
            assertThat(awaitTerminal(running.getRequestId()).getKind())
                    .isEqualTo(ReplyKind.COMPLETED);
            await().untilAsserted(() -> assertThat(status().getWindow()).isEqualTo(8));
        }
    }

    @Test
    void a_removed_provider_refuses_what_still_comes() {
        String empty = "providers: []\n";
        workers.apply(new Snapshot(2, empty, ConfigurationDocument.parse(empty)));
        await().until(() -> workers.status().isEmpty());

        InferenceRequest late = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, late, false).build());

        assertThat(awaitTerminal(late.getRequestId()).getFailure().getStatus()).isEqualTo(503);
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void a_discovered_server_becomes_a_pool_unless_its_address_is_configured() throws Exception {
        try (SimulatedModelServer local =
                SimulatedModelServer.start(SimulatedBehaviour.immediate().withModels("llama"))) {
            String name = "found-" + provider;
            workers.discovered(
                    Provider.of(
                            "same-" + provider,
                            ProviderKind.OPENAI_COMPATIBLE,
                            URI.create(
                                    model.baseUrl().toString().replace("127.0.0.1", "localhost")),
                            Location.LOCAL));
            workers.discovered(
                    Provider.of(
                            name, ProviderKind.OPENAI_COMPATIBLE, local.baseUrl(), Location.LOCAL));

            await().untilAsserted(() ->
                    assertThat(workers.status())
                            .extracting(
                                    PoolStatus::getProvider,
                                    PoolStatus::getDiscovered,
                                    pool -> pool.getLocation().name(),
                                    PoolStatus::getState)
                            .containsExactlyInAnyOrder(
                                    tuple(provider, false, "CLOUD", PoolState.READY),
                                    tuple(name, true, "LOCAL", PoolState.READY)));
            InferenceRequest request = TestLog.request(QUESTION).build();
            log.send(TestLog.dispatch(name, request, false).build());
            assertThat(awaitTerminal(request.getRequestId()).getKind())
                    .isEqualTo(ReplyKind.COMPLETED);
        }
    }

    @Test
    void the_heartbeat_tells_the_other_services() {
        await().untilAsserted(() ->
                assertThat(log.read(log.topics().poolStatus()))
                        .filteredOn(s -> s.getInstance().equals("w-" + provider))
                        .anySatisfy(status ->
                                assertThat(status.getPools())
                                        .extracting(PoolStatus::getState)
                                        .containsExactly(PoolState.READY)));
        workers.close();
        assertThat(log.records(log.topics().poolStatus().name()))
                .filteredOn(record -> ("w-" + provider).equals(record.key()))
                .last()
                .satisfies(record -> assertThat(record.value()).isNull());
    }

    private static BigDecimal expectedCost(Reply reply) {
        return new BigDecimal(
                        reply.getUsage().getInputTokens() + 2 * reply.getUsage().getOutputTokens())
                .movePointLeft(3);
    }

    private PoolStatus status() {
        return workers.status().stream()
                .filter(pool -> pool.getProvider().equals(provider))
                .findFirst()
                .orElseThrow();
    }

    /// A dispatch that is run only once all the records before it in the partition were taken in.
    private Dispatch dispatchInPartitionOf(Dispatch first, InferenceRequest request) {
        log.write(
                new ProducerRecord<>(
                        log.topics().dispatches(provider, request.getLane()).name(),
                        first.getRequest().getRequestId().toString(),
                        log.bytes(TestLog.dispatch(provider, request, false).build())));
        return TestLog.dispatch(provider, request, false).build();
    }

    private void awaitCancellationsRead(InferenceRequest running) {
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        log.send(TestLog.dispatch(provider, running, false).build());
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));
        log.cancel(running.getRequestId());
        awaitTerminal(running.getRequestId());
    }

    private Reply awaitTerminal(UUID request) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                log.replies(request).stream()
                                        .filter(reply -> reply.getKind() != ReplyKind.CHUNK)
                                        .filter(reply -> !reply.getMore())
                                        .findFirst()
                                        .orElse(null),
                        reply -> reply != null);
    }

    private TargetStatus target() {
        return status().getTargets().getFirst();
    }

    private static List<UUID> answered() {
        return log.read(log.topics().replies()).stream().map(Reply::getRequestId).toList();
    }

    private static List<DeadLetter> deadLetters(String topic) {
        return log.read(log.topics().deadLetters()).stream()
                .filter(dead -> dead.getTopic().equals(topic))
                .toList();
    }

    private static String text(Reply reply) {
        return StandardCharsets.UTF_8.decode(reply.getBody().duplicate()).toString();
    }
}
