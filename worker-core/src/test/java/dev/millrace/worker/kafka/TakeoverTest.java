package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import dev.millrace.worker.intake.Commit;
import dev.millrace.worker.intake.OpenOffsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;

class TakeoverTest extends WithWorkers {

    @Test
    void what_a_killed_worker_had_done_behind_one_that_hung_is_not_done_again() throws Exception {
        // Given 30 dispatches in one partition, the first of which hangs, and a worker that did 29
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        List<InferenceRequest> requests = requests(30);
        Process killed = WorkerProcess.start(log.kafka(), "killed", document);
        try {
            send(requests.getFirst());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));
            requests.subList(1, 30).forEach(this::send);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(completed()).hasSize(29));
            await().until(this::all30ButTheFirstAreCommitted);
        } finally {
            killed.destroyForcibly().waitFor();
        }

        // When another takes over
        model.behave(SimulatedBehaviour.immediate());
        try (Workers next = worker("next")) {
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
        String four = document(4);
        List<InferenceRequest> requests = requests(12);
        Process zombie = WorkerProcess.start(log.kafka(), "zombie", four);
        try {
            requests.forEach(this::send);
            await().atMost(Duration.ofSeconds(60)).until(() -> model.counts().inFlight() == 4);
            signal(zombie, "STOP");

            // When another has done all of it, and the first goes on, whose four calls have ended
            model.behave(SimulatedBehaviour.immediate());
            try (Workers next = log.workers(log.settings("next"), four)) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(completed()).hasSize(12));
                await().until(() -> model.counts().inFlight() == 0);
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
        assertKnownToTheNextOwner(log.settings("first"), log.settings("second"));
    }

    @Test
    void a_dispatch_sent_again_is_known_even_if_the_first_was_sent_long_ago() throws Exception {
        TestSettings forgetful = log.settings("only");
        forgetful.readBack = Duration.ZERO;
        assertKnownToTheNextOwner(forgetful, forgetful);
    }

    @Test
    void a_running_dispatch_sent_again_after_a_rebalance_runs_once_and_its_redrive_runs_too()
            throws Exception {
        // Given one call in each partition that hangs, and a second worker that takes one over
        model.behave(SimulatedBehaviour.immediate().withFailures(9, new SimulatedFailure.Hang()));
        List<InferenceRequest> hanging = requests(2);
        try (Workers first = draining("first")) {
            sendToBoth(hanging);
            await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(2));
            try (Workers second = draining("second")) {
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
        try (Workers first = worker("first")) {
            assertThat(first.status()).hasSize(1);
        }
        requests.forEach(this::send);
        log.cancel(Stream.generate(UUID::randomUUID).limit(20_000).toList());
        log.cancel(requests.getFirst().getRequestId());

        try (Workers next = worker("next")) {
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
        Workers first = draining("first");
        send(request);
        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));

        // When its worker stops
        first.close();

        // Then the call is charged as cancelled, nobody is answered yet
        assertThat(outcomes()).containsExactly(AttemptOutcome.CANCELLED);
        assertThat(log.read(log.topics().replies())).isEmpty();

        // And the next owner answers, with a higher fence
        try (Workers second = worker("second")) {
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
        try (Workers first = worker("first")) {
            requests.subList(0, 200).forEach(this::sendAnywhere);
            try (Workers second = worker("second")) {
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
    void what_waits_for_a_provider_that_nobody_knows_any_more_is_answered() throws Exception {
        InferenceRequest request = requests(1).getFirst();
        try (Workers first = worker("first")) {
            assertThat(first.status()).hasSize(1);
        }
        send(request);

        TestSettings adopting = log.settings("only");
        adopting.adoptAfter = Duration.ofMillis(100);
        try (Workers only =
                Workers.start(log.kafka(), adopting.build(), List.of(new DialectFactory()))) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !log.read(log.topics().replies()).isEmpty());
            assertThat(only.status()).isEmpty();
        }
        assertThat(log.read(log.topics().replies()).getFirst().getFailure().getStatus())
                .isEqualTo(503);
    }

    /// A worker that does not wait long for calls that hang.
    private Workers draining(String instance) {
        TestSettings settings = log.settings(instance);
        settings.drain = Duration.ofMillis(200);
        return log.workers(settings, document);
    }

    private long openAttempts() {
        return log.read(log.topics().attempts()).size() - 2L * outcomes().size();
    }

    private static String marker(InferenceRequest request) {
        return request.getCustomId();
    }

    /// A worker does three dispatches; the next one is sent them again, and another.
    private void assertKnownToTheNextOwner(TestSettings owner, TestSettings next) {
        List<InferenceRequest> requests = requests(3);
        try (Workers first = log.workers(owner, document)) {
            requests.forEach(this::send);
            await().untilAsserted(() -> assertThat(completed()).hasSize(3));
            assertThat(first.isAlive()).isTrue();
        }

        try (Workers second = log.workers(next, document)) {
            requests.forEach(this::send);
            InferenceRequest fresh = requests(1).getFirst();
            send(fresh);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(completed()).contains(fresh.getRequestId()));
            assertThat(second.isAlive()).isTrue();
        }

        assertThat(model.counts().calls()).isEqualTo(4);
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
        try (Admin admin = log.kafka().admin()) {
            return admin.describeConsumerGroups(List.of(group()))
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

    private boolean all30ButTheFirstAreCommitted() throws Exception {
        try (Admin admin = log.kafka().admin()) {
            return admin
                    .listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .anyMatch(place -> {
                        long first = place.offset();
                        OpenOffsets open = OpenOffsets.restore(new Commit(first, place.metadata()));
                        return open.take(first)
                                && LongStream.range(first + 1, first + 30).noneMatch(open::take);
                    });
        }
    }
}
