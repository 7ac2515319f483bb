package dev.millrace.worker.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LlamaCppServerTest {
    private static final String MODEL = "../models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf";

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(ProviderKind.LLAMA_CPP);
        server.upstream().always("/health", 200, "{\"status\":\"ok\"}");
        server.answers("/props", "props.json")
                .answers("/slots", "slots.json")
                .answers("/metrics", "metrics.txt");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void its_slots_and_what_waits_for_them_are_its_load() throws Exception {
        ProviderHealth.Ready ready = server.ready();

        assertThat(ready.load()).isEqualTo(ServerLoad.requests(1, 4, 2));
        assertThat(ready.models())
                .containsExactly(
                        new ListedModel(
                                MODEL,
                                8192L,
                                List.of("chat", "tools", "json-schema", "embeddings")));
    }

    @Test
    void one_that_loads_its_model_is_not_ready_though_it_lists_it() throws Exception {
        server.answers("/v1/models", "models-loading.json")
                .answers("/health", 503, "loading.json")
                .answers("/props", 503, "loading.json");

        assertThat(server.provider().probe())
                .isEqualTo(new ProviderHealth.Down("the server is still loading its model"));

        server.upstream().always("/health", 200, "{\"status\":\"ok\"}");
        server.answers("/v1/models", "models.json").answers("/props", "props.json");
        assertThat(server.ready().load().slots()).isEqualTo(2);
    }

    @Test
    void the_number_of_slots_is_known_where_the_rest_is_turned_off() throws Exception {
        server.answers("/slots", 501, "not-supported.json")
                .answers("/metrics", 501, "not-supported.json");

        assertThat(server.ready().load()).isEqualTo(ServerLoad.requests(null, null, 2));
    }

    @Test
    void one_that_sleeps_when_nobody_calls_is_not_kept_awake() throws Exception {
        server.answers("/props", "props-of-one-that-sleeps.json");

        assertThat(server.ready().load()).isEqualTo(ServerLoad.requests(null, null, 2));
        assertThat(server.asked()).doesNotContain("/slots", "/metrics");
        assertThat(server.ready().models().getFirst().capabilities()).contains("vision");

        var _ = server.call(MODEL);
        assertThat(server.ready().load()).isEqualTo(ServerLoad.requests(1, 4, 2));
        assertThat(server.ready().load()).isEqualTo(ServerLoad.requests(null, null, 2));
    }

    @Test
    void a_router_says_of_each_model_whether_it_is_loaded() throws Exception {
        server.answers("/v1/models", "router-models.json")
                .answers("/models", "router-models.json")
                .answers("/props", "router-props.json");
        ProviderHealth.Ready ready = server.ready();
        assertThat(ready.load()).isEqualTo(ServerLoad.UNKNOWN);
        assertThat(ready.models())
                .containsExactly(
                        new ListedModel("ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", 4096L, List.of()),
                        new ListedModel("ggml-org/Qwen3-8B-GGUF:Q8_0"));
    }
}
