package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import dev.millrace.simulated.SimulatedModelServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {
    private static final String PROVIDER = "model";

    @TempDir private Path folder;
    private TestLog log;
    private SimulatedModelServer model;
    private String document;

    @BeforeEach
    void start() throws Exception {
        log = new TestLog(folder);
        model = SimulatedModelServer.start(SimulatedBehaviour.immediate());
        document =
                """
                providers: [ { name: %s, kind: openai-compatible, base-url: "%s" } ]
                """
                        .formatted(PROVIDER, model.baseUrl());
    }

    @AfterEach
    void stop() {
        model.close();
        log.close();
    }

    @Test
    void what_a_killed_worker_had_done_behind_one_that_hung_is_not_done_again() throws Exception {
        // Given 30 dispatches in one partition, the first of which hangs, and a worker that did 29
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        List<InferenceRequest> requests = requests(30);
        Process killed = WorkerProcess.start(log.bootstrapServers(), "killed", document);
        try {
            send(requests.getFirst());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));
            requests.subList(1, 30).forEach(this::send);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(completed()).hasSize(29));
            await().until(() -> !committedMetadata().isEmpty());
        } finally {
            killed.destroyForcibly().waitFor();
        }

        // When another takes over
        model.behave(SimulatedBehaviour.immediate());
        try (Workers next = log.workers(TestLog.settings("next"), new DialectFactory(), document)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(completed()).hasSize(30));
            assertThat(next.isAlive()).isTrue();
        }

        // Then it called the model for the one that hung, and for no other
        Map<String, Long> calls = model.counts().byMarker();
        assertThat(calls.remove(marker(requests.getFirst()))).isEqualTo(2);
        assertThat(calls).hasSize(29).allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
        Reply late =
                log.read(log.topics().replies()).stream()
                        .filter(r -> r.getRequestId().equals(requests.getFirst().getRequestId()))
                        .findFirst()
                        .orElseThrow();
        assertThat(log.read(log.topics().replies()))
                .filteredOn(reply -> !reply.equals(late))
                .allSatisfy(reply -> assertThat(reply.getFence()).isLessThan(late.getFence()));
    }

    @Test
    void a_worker_that_stood_still_starts_nothing_of_what_another_has_taken_over()
            throws Exception {
        // Given a worker with four calls under way and more waiting, that stands still
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofSeconds(3)));
        String four =
                """
                providers: [ { name: %s, kind: openai-compatible, base-url: "%s", limits: { concurrency: 4 } } ]
                """
                        .formatted(PROVIDER, model.baseUrl());
        List<InferenceRequest> requests = requests(12);
        Process zombie = WorkerProcess.start(log.bootstrapServers(), "zombie", four);
        try {
            requests.forEach(this::send);
            await().atMost(Duration.ofSeconds(60)).until(() -> model.counts().inFlight() == 4);
            signal(zombie, "STOP");

            // When another has done all of it, and the first goes on
            try (Workers next = log.workers(TestLog.settings("next"), new DialectFactory(), four)) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(completed()).hasSize(12));
                signal(zombie, "CONT");
                await().atMost(Duration.ofSeconds(60)).until(this::twoWorkers);
                assertThat(next.isAlive()).isTrue();
            }
        } finally {
            zombie.destroyForcibly().waitFor();
        }

        // Then only the four that were under way have been called twice
        assertThat(model.counts().calls()).isEqualTo(16);
    }

    @Test
    void a_dispatch_sent_again_is_known_to_the_next_owner_too() throws Exception {
        List<InferenceRequest> requests = requests(3);
        try (Workers first =
                log.workers(TestLog.settings("first"), new DialectFactory(), document)) {
            requests.forEach(this::send);
            await().untilAsserted(() -> assertThat(completed()).hasSize(3));
            assertThat(first.isAlive()).isTrue();
        }

        try (Workers second =
                log.workers(TestLog.settings("second"), new DialectFactory(), document)) {
            requests.forEach(this::send);
            InferenceRequest fresh = requests(1).getFirst();
            send(fresh);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(completed()).contains(fresh.getRequestId()));
            assertThat(second.isAlive()).isTrue();
        }

        assertThat(model.counts().calls()).isEqualTo(4);
    }

    @Test
    void a_dispatch_sent_again_is_known_even_if_the_first_was_sent_long_ago() throws Exception {
        List<InferenceRequest> requests = requests(3);
        WorkerSettings standard = TestLog.settings("only");
        WorkerSettings forgetful =
                TestLog.settings("only", Duration.ZERO, standard.longestKept(), null);
        try (Workers first = log.workers(forgetful, new DialectFactory(), document)) {
            requests.forEach(this::send);
            await().untilAsserted(() -> assertThat(completed()).hasSize(3));
            assertThat(first.isAlive()).isTrue();
        }

        try (Workers second = log.workers(forgetful, new DialectFactory(), document)) {
            requests.forEach(this::send);
            InferenceRequest fresh = requests(1).getFirst();
            send(fresh);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(completed()).contains(fresh.getRequestId()));
            assertThat(second.isAlive()).isTrue();
        }

        assertThat(model.counts().calls()).isEqualTo(4);
    }

    @Test
    void a_running_dispatch_sent_again_after_a_rebalance_runs_once_and_its_redrive_runs_too()
            throws Exception {
        // Given one call in each partition that hangs, and a second worker that takes one over
        model.behave(SimulatedBehaviour.immediate().withFailures(9, new SimulatedFailure.Hang()));
        List<InferenceRequest> hanging = requests(2);
        try (Workers first =
                log.workers(TestLog.settings("first"), new DialectFactory(), document)) {
            sendToBoth(hanging);
            await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(2));
            try (Workers second =
                    log.workers(TestLog.settings("second"), new DialectFactory(), document)) {
                await().atMost(Duration.ofSeconds(30)).until(this::bothWorkersHaveWork);
                await().atMost(Duration.ofSeconds(20)).until(() -> openAttempts() == 2);
                long calls = model.counts().calls();
                model.behave(SimulatedBehaviour.immediate());

                // When the router sends the hanging ones again, and others after them
                List<InferenceRequest> after = requests(2);
                sendToBoth(hanging);
                sendToBoth(after);

                // Then only the others are called
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(completed()).isEqualTo(ids(after)));
                assertThat(model.counts().calls()).isEqualTo(calls + 2);

                // And what was taken back from the dead letters is a dispatch of its own
                InferenceRequest redriven =
                        InferenceRequest.newBuilder(hanging.getFirst()).setRedrive(1).build();
                write(
                        TestLog.dispatch(PROVIDER, redriven, false)
                                .setDispatchId(Identity.dispatchId(redriven.getRequestId(), 0, 1))
                                .build(),
                        0);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> completed().contains(redriven.getRequestId()));
                assertThat(first.isAlive() && second.isAlive()).isTrue();
            }
        }
    }

    @Test
    void what_was_cancelled_before_the_worker_started_is_not_called() throws Exception {
        List<InferenceRequest> requests = requests(2);
        try (Workers first =
                log.workers(TestLog.settings("first"), new DialectFactory(), document)) {
            assertThat(first.status()).hasSize(1);
        }
        requests.forEach(this::send);
        log.cancel(Stream.generate(UUID::randomUUID).limit(20_000).toList());
        log.cancel(requests.getFirst().getRequestId());

        try (Workers next = log.workers(TestLog.settings("next"), new DialectFactory(), document)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> log.read(log.topics().replies()).size() == 2);
            assertThat(next.isAlive()).isTrue();
        }

        assertThat(model.counts().byMarker()).containsOnlyKeys(marker(requests.getLast()));
        assertThat(
                        log.replies(requests.getFirst().getRequestId())
                                .getFirst()
                                .getFailure()
                                .getCode())
                .isEqualTo("request_cancelled");
    }

    @Test
    void a_clean_stop_aborts_and_charges_what_runs_and_the_next_owner_does_it() throws Exception {
        // Given a call that outlasts the drain
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        InferenceRequest request = requests(1).getFirst();
        Workers first = log.workers(TestLog.settings("first"), new DialectFactory(), document);
        send(request);
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));

        // When its worker stops
        first.close();

        // Then the call is charged as cancelled, nobody is answered yet
        assertThat(outcomes()).containsExactly(AttemptOutcome.CANCELLED);
        assertThat(log.read(log.topics().replies())).isEmpty();

        // And the next owner answers, with a higher fence
        try (Workers second =
                log.workers(TestLog.settings("second"), new DialectFactory(), document)) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(completed()).hasSize(1));
            assertThat(second.isAlive()).isTrue();
        }
        List<Long> fences =
                log.read(log.topics().attempts()).stream()
                        .map(Attempt::getFence)
                        .distinct()
                        .toList();
        assertThat(fences).hasSize(2).isSorted();
    }

    @Test
    void partitions_are_shared_and_every_dispatch_runs_once() throws Exception {
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(20)));
        List<InferenceRequest> requests = requests(400);
        try (Workers first =
                log.workers(TestLog.settings("first"), new DialectFactory(), document)) {
            requests.subList(0, 200).forEach(this::sendAnywhere);
            try (Workers second =
                    log.workers(TestLog.settings("second"), new DialectFactory(), document)) {
                requests.subList(200, 400).forEach(this::sendAnywhere);
                await().atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(completed()).hasSize(400));
                assertThat(second.isAlive()).isTrue();
            }
            assertThat(first.isAlive()).isTrue();
        }

        assertThat(model.counts().byMarker())
                .hasSize(400)
                .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
        assertThat(outcomes()).hasSize(400);
    }

    @Test
    void a_broker_that_goes_away_for_a_while_costs_nothing() throws Exception {
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofSeconds(2)));
        List<InferenceRequest> requests = requests(100);
        try (Workers only = log.workers(TestLog.settings("only"), new DialectFactory(), document)) {
            requests.forEach(this::sendAnywhere);
            await().until(() -> model.counts().inFlight() > 0);

            log.whileBrokerIsAway(() ->
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> model.counts().inFlight() == 0));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(completed()).hasSize(100));
            await().atMost(Duration.ofSeconds(30)).until(only::isAlive);
        }
        assertThat(outcomes()).hasSize((int) model.counts().calls());
    }

    @Test
    void what_waits_for_a_provider_that_nobody_knows_any_more_is_answered() throws Exception {
        InferenceRequest request = requests(1).getFirst();
        try (Workers first =
                log.workers(TestLog.settings("first"), new DialectFactory(), document)) {
            assertThat(first.status()).hasSize(1);
        }
        send(request);

        WorkerSettings standard = TestLog.settings("only");
        WorkerSettings adopting =
                TestLog.settings(
                        "only",
                        standard.readBack(),
                        standard.longestKept(),
                        Duration.ofMillis(100));
        try (Workers only = Workers.start(log.kafka(), adopting, List.of(new DialectFactory()))) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !log.read(log.topics().replies()).isEmpty());
            assertThat(only.status()).isEmpty();
        }
        assertThat(log.read(log.topics().replies()).getFirst().getFailure().getStatus())
                .isEqualTo(503);
    }

    private long openAttempts() {
        return log.read(log.topics().attempts()).size() - 2L * outcomes().size();
    }

    private List<AttemptOutcome> outcomes() {
        return log.read(log.topics().attempts()).stream()
                .filter(attempt -> attempt.getPhase() == AttemptPhase.ENDED)
                .map(Attempt::getOutcome)
                .toList();
    }

    private static List<InferenceRequest> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> {
                    String marker = UUID.randomUUID().toString();
                    return TestLog.request(
                                    "{\"user\":\""
                                            + marker
                                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                            .setCustomId(marker)
                            .build();
                })
                .toList();
    }

    private static String marker(InferenceRequest request) {
        return request.getCustomId();
    }

    /// To one partition, in order.
    private void send(InferenceRequest request) {
        write(TestLog.dispatch(PROVIDER, request, false).build(), 0);
    }

    /// The first to one partition, the second to the other.
    private void sendToBoth(List<InferenceRequest> requests) {
        for (int partition = 0; partition < 2; partition++) {
            write(TestLog.dispatch(PROVIDER, requests.get(partition), false).build(), partition);
        }
    }

    private void write(Dispatch dispatch, int partition) {
        log.write(
                new ProducerRecord<>(
                        log.topics().dispatches(PROVIDER, Lane.INTERACTIVE).name(),
                        partition,
                        "key",
                        log.bytes(dispatch)));
    }

    private void sendAnywhere(InferenceRequest request) {
        log.send(TestLog.dispatch(PROVIDER, request, false).build());
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private boolean twoWorkers() throws Exception {
        return members().size() == 2;
    }

    private boolean bothWorkersHaveWork() throws Exception {
        Collection<MemberDescription> members = members();
        return members.size() == 2
                && members.stream().noneMatch(m -> m.assignment().topicPartitions().isEmpty());
    }

    private Collection<MemberDescription> members() throws Exception {
        String group = "millrace.worker." + PROVIDER;
        try (Admin admin = log.kafka().admin()) {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .values()
                    .iterator()
                    .next()
                    .get()
                    .members();
        }
    }

    private static Set<UUID> ids(List<InferenceRequest> requests) {
        return requests.stream().map(InferenceRequest::getRequestId).collect(Collectors.toSet());
    }

    private Set<UUID> completed() {
        return log.read(log.topics().replies()).stream()
                .filter(reply -> reply.getKind() == ReplyKind.COMPLETED)
                .map(Reply::getRequestId)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private String committedMetadata() throws Exception {
        try (Admin admin = log.kafka().admin()) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    admin.listConsumerGroupOffsets("millrace.worker." + PROVIDER)
                            .partitionsToOffsetAndMetadata()
                            .get();
            return offsets.values().stream()
                    .map(OffsetAndMetadata::metadata)
                    .filter(metadata -> !metadata.isEmpty())
                    .findFirst()
                    .orElse("");
        }
    }
}
