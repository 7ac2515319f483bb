package dev.millrace.worker.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream.Received;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ServerLoad;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OllamaServerTest {
    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(ProviderKind.OLLAMA, Timeouts.DEFAULT, Duration.ofMinutes(30));
        server.answers("/api/tags", "tags.json").answers("/api/ps", "ps.json");
        server.upstream().thenAnswer(200, server.golden("show-llama3.2.json"));
        server.upstream().thenAnswer(200, server.golden("show-llava.json"));
        server.upstream().thenAnswer(200, server.golden("show-nomic-embed-text.json"));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void each_model_has_its_abilities_and_the_context_that_it_runs_with() throws Exception {
        var ready = server.ready();

        assertThat(ready.models())
                .containsExactly(
                        new ListedModel(
                                "llama3.2:latest", 4096L, List.of("chat", "json-schema", "tools")),
                        new ListedModel(
                                "llava:7b", 32768L, List.of("chat", "json-schema", "vision")),
                        new ListedModel("nomic-embed-text:latest", 2048L, List.of("embeddings")));
        assertThat(ready.load()).isEqualTo(ServerLoad.UNKNOWN);
        assertThat(bodies("/api/show"))
                .containsExactly(
                        "{\"model\":\"llama3.2:latest\"}",
                        "{\"model\":\"llava:7b\"}",
                        "{\"model\":\"nomic-embed-text:latest\"}");
    }

    @Test
    void a_model_is_asked_after_once_until_it_is_another() throws Exception {
        var before = server.ready();
        assertThat(server.ready()).isEqualTo(before);
        assertThat(bodies("/api/show")).hasSize(3);

        server.upstream()
                .always("/api/tags", 200, server.golden("tags.json").replace("8dd30f", "77aa77"))
                .thenAnswer(200, server.golden("show-llava.json").replace("32768", "16384"));

        assertThat(server.ready().models().get(1).contextWindow()).isEqualTo(16384);
        assertThat(bodies("/api/show")).hasSize(4);
    }

    @Test
    void a_model_of_which_the_server_could_not_tell_is_asked_after_again() throws Exception {
        server.upstream().always("/api/show", 500, "{\"error\":\"busy\"}");
        assertThat(server.ready().models())
                .extracting(ListedModel::contextWindow)
                .containsExactly(4096L, null, null);

        server.answers("/api/show", "show-llava.json");
        assertThat(server.ready().models())
                .extracting(ListedModel::contextWindow)
                .containsExactly(4096L, 32768L, 32768L);
    }

    @Test
    void a_model_that_was_called_is_kept_for_as_long_as_configured_and_no_other() throws Exception {
        var _ = server.ready();
        server.upstream().always("/v1/chat/completions", 500, "{}");
        var _ = server.call("llama3.2");
        var _ = server.call("llava:7b");

        var _ = server.ready();
        var _ = server.ready();

        assertThat(bodies("/api/generate"))
                .singleElement()
                .asString()
                .contains("\"model\":\"llama3.2:latest\"", "\"keep_alive\":\"1800000ms\"");
    }

    @Test
    void a_model_that_only_embeds_is_kept_by_an_empty_embedding() throws Exception {
        server.upstream()
                .always(
                        "/api/ps",
                        200,
                        server.golden("ps.json").replace("llama3.2", "nomic-embed-text"));
        var _ = server.ready();
        server.upstream().always("/v1/chat/completions", 500, "{}");
        var _ = server.call("nomic-embed-text");

        var _ = server.ready();

        assertThat(bodies("/api/embed")).hasSize(1);
        assertThat(bodies("/api/generate")).isEmpty();
    }

    private List<String> bodies(String path) {
        return server.upstream().received().stream()
                .filter(received -> received.path().equals(path))
                .map(Received::text)
                .toList();
    }
}
