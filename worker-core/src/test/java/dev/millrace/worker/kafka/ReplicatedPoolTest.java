package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ReplicaState;
import dev.millrace.schemas.ReplicaStatus;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A pool of a provider with several servers.
class ReplicatedPoolTest extends WithWorker {
    private SimulatedModelServer second;

    @BeforeEach
    void addServer() throws IOException {
        second = SimulatedModelServer.start(SimulatedBehaviour.immediate());
        apply(2, model, second);
    }

    @AfterEach
    void stopServer() {
        second.close();
    }

    @Test
    void a_server_that_is_taken_out_ends_its_calls_and_gets_no_more() throws Exception {
        SimulatedBehaviour slow =
                SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(1500));
        model.behave(slow);
        second.behave(slow);
        List<InferenceRequest> running = List.of(send(), send());
        await().until(() -> model.counts().inFlight() == 1 && second.counts().inFlight() == 1);

        try (SimulatedModelServer third =
                SimulatedModelServer.start(SimulatedBehaviour.immediate())) {
            apply(3, model, third);
            InferenceRequest next = send();

            await().until(() -> isCompleted(next));
            await().until(() -> running.stream().allMatch(this::isCompleted));
            assertThat(second.counts().calls()).isOne();
            assertThat(second.counts().answered()).isOne();
            assertThat(model.counts().calls())
                    .as("with its call under way still before a server that only warms up")
                    .isEqualTo(2);
        }
    }

    @Test
    void no_request_fails_when_a_server_is_killed_and_the_pool_stays_ready() {
        second.close();

        List<InferenceRequest> requests = Stream.generate(this::send).limit(12).toList();

        await().until(() -> requests.stream().allMatch(this::isCompleted));
        assertThat(model.counts().calls()).isEqualTo(12);
        await().untilAsserted(() ->
                assertThat(workers.status())
                        .singleElement()
                        .satisfies(status -> {
                            assertThat(status.getState()).isEqualTo(PoolState.READY);
                            assertThat(status.getServers())
                                    .extracting(ReplicaStatus::getAddress, ReplicaStatus::getState)
                                    .containsExactly(
                                            tuple("127.0.0.1:" + model.port(), ReplicaState.READY),
                                            tuple("127.0.0.1:" + second.port(), ReplicaState.DOWN));
                        }));
    }

    @Test
    void a_server_that_is_found_and_is_one_of_a_providers_gets_no_pool_of_its_own()
            throws Exception {
        try (SimulatedModelServer unknown =
                SimulatedModelServer.start(SimulatedBehaviour.immediate())) {
            workers.discovered(found("same-" + provider, second));
            workers.discovered(found("found-" + provider, unknown));

            await().untilAsserted(() ->
                    assertThat(workers.status())
                            .extracting(PoolStatus::getProvider)
                            .containsExactlyInAnyOrder(provider, "found-" + provider));
        }
    }

    private static Provider found(String name, SimulatedModelServer server) {
        return Provider.of(name, ProviderKind.OPENAI_COMPATIBLE, server.baseUrl(), Location.LOCAL);
    }

    /// Configures these servers.
    private void apply(long version, SimulatedModelServer... servers) {
        String document =
                """
                providers:
                  - { name: %s, kind: openai-compatible, base-urls: [ %s ] }
                """
                        .formatted(
                                provider,
                                Stream.of(servers)
                                        .map(server -> "\"" + server.baseUrl() + "\"")
                                        .collect(Collectors.joining(", ")));
        workers.apply(new Snapshot(version, document, ConfigurationDocument.parse(document)));
        await().until(() -> workers.configVersion() == version);
    }

    private InferenceRequest send() {
        InferenceRequest request = TestLog.request(QUESTION).build();
        log.send(TestLog.dispatch(provider, request, false).build());
        return request;
    }

    private boolean isCompleted(InferenceRequest request) {
        UUID id = request.getRequestId();
        return log.replies(id).stream().anyMatch(reply -> reply.getKind() == ReplyKind.COMPLETED);
    }
}
