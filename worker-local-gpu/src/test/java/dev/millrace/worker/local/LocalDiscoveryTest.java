package dev.millrace.worker.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.worker.contract.ScriptedUpstream;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalDiscoveryTest {
    private static final IntPredicate NONE_EXCLUDED = _ -> false;

    private final List<Provider> found = new CopyOnWriteArrayList<>();

    @Test
    void a_server_that_runs_is_found_once_and_is_local() throws Exception {
        try (SimulatedModelServer model =
                        SimulatedModelServer.start(
                                SimulatedBehaviour.immediate().withModels("llama"));
                LocalDiscovery discovery = look(model.port(), NONE_EXCLUDED)) {
            assertThat(discovery.awaitFirstLook(Duration.ofSeconds(10))).isTrue();
            await().pollDelay(Duration.ofMillis(200)).until(() -> !found.isEmpty());

            assertThat(found).hasSize(1);
            Provider provider = found.getFirst();
            assertThat(provider.name()).isEqualTo("ollama");
            assertThat(provider.kind()).isEqualTo(ProviderKind.OLLAMA);
            assertThat(provider.location()).isEqualTo(Location.LOCAL);
            assertThat(provider.baseUrl()).isEqualTo(model.baseUrl());
        }
    }

    @Test
    void a_server_that_comes_later_is_found_then() throws Exception {
        int port = freePort();
        try (LocalDiscovery discovery = look(port, NONE_EXCLUDED)) {
            assertThat(discovery.awaitFirstLook(Duration.ofSeconds(10))).isTrue();
            assertThat(found).isEmpty();

            try (SimulatedModelServer model =
                    SimulatedModelServer.start(port, SimulatedBehaviour.immediate())) {
                await().untilAsserted(() -> assertThat(found).hasSize(1));
                assertThat(found.getFirst().baseUrl()).isEqualTo(model.baseUrl());
            }
        }
    }

    @Test
    void millraces_own_port_is_not_looked_at() throws Exception {
        try (SimulatedModelServer own = SimulatedModelServer.start(SimulatedBehaviour.immediate());
                LocalDiscovery discovery = look(own.port(), port -> port == own.port())) {
            assertThat(discovery.awaitFirstLook(Duration.ofSeconds(10))).isTrue();

            assertThat(found).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>It works!</body></html>",
                "{}",
                "[]",
                "{\"status\":\"ok\",\"data\":[]}",
                "{\"object\":\"list\",\"data\":[{\"id\":1}]}",
                "{\"object\":\"list\",\"data\":[{\"id\":\"user-7\",\"object\":\"user\"}]}",
                "{\"object\":\"list\",\"data\":{}}"
            })
    void a_server_that_is_no_model_server_is_never_taken_for_one(String body) throws Exception {
        try (ScriptedUpstream other = new ScriptedUpstream()) {
            other.thenAnswer(200, body)
                    .thenAnswer(200, "{\"object\":\"list\",\"data\":[]}", "content-type: text/html")
                    .thenAnswer(404, "{\"object\":\"list\",\"data\":[]}");
            try (LocalDiscovery discovery = look(other.baseUrl().getPort(), NONE_EXCLUDED)) {
                assertThat(discovery.awaitFirstLook(Duration.ofSeconds(10))).isTrue();
                await().untilAsserted(
                                () -> assertThat(other.received()).hasSizeGreaterThanOrEqualTo(4));

                assertThat(found).isEmpty();
            }
        }
    }

    @Test
    void the_usual_places_are_those_of_the_documentation() {
        assertThat(UsualPlace.ALL)
                .extracting(UsualPlace::port)
                .containsExactly(11434, 8000, 8080, 1234);
    }

    private LocalDiscovery look(int port, IntPredicate excluded) {
        return LocalDiscovery.start(
                List.of(new UsualPlace(ProviderKind.OLLAMA, port, 4)),
                excluded,
                found::add,
                Duration.ofMillis(50));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
