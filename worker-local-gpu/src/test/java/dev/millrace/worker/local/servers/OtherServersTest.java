package dev.millrace.worker.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

/// LM Studio, LocalAI and Hugging Face's servers.
class OtherServersTest {

    @Test
    void lm_studio_says_what_a_model_is_and_which_context_it_was_loaded_with() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.LM_STUDIO)) {
            server.answers("/api/v0/models", "own-models.json");

            assertThat(server.ready().models())
                    .containsExactly(
                            new ListedModel(
                                    "qwen2-vl-7b-instruct",
                                    32768L,
                                    List.of("chat", "tools", "json-schema", "vision")),
                            new ListedModel(
                                    "meta-llama-3.1-8b-instruct",
                                    8192L,
                                    List.of("chat", "tools", "json-schema")),
                            new ListedModel(
                                    "text-embedding-nomic-embed-text-v1.5",
                                    2048L,
                                    List.of("embeddings")));
        }
    }

    @Test
    void localai_says_how_much_of_the_gpus_memory_is_in_use() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.LOCALAI)) {
            server.answers("/system", "system.json").answers("/api/resources", "resources.json");

            assertThat(server.ready().load())
                    .isEqualTo(new ServerLoad(null, null, null, null, 0.25));

            server.upstream()
                    .always(
                            "/api/resources",
                            200,
                            server.golden("resources.json").replace("\"gpu\"", "\"ram\""));
            assertThat(server.ready().load()).isEqualTo(ServerLoad.UNKNOWN);
        }
    }

    @Test
    void text_generation_inference_says_how_many_requests_it_lets_in() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.HUGGING_FACE)) {
            server.upstream().always("/health", 200, "");
            server.answers("/info", "info.json").answers("/metrics", "metrics.txt");

            ProviderHealth.Ready ready = server.ready();

            assertThat(ready.load()).isEqualTo(ServerLoad.requests(7, 1, 128));
            assertThat(ready.models())
                    .containsExactly(
                            new ListedModel("HuggingFaceH4/zephyr-7b-beta", 4096L, List.of()));
        }
    }

    @Test
    void text_generation_inference_whose_model_does_not_answer_is_down() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.HUGGING_FACE)) {
            server.answers("/health", 503, "unhealthy.json");

            assertThat(server.provider().probe())
                    .isEqualTo(new ProviderHealth.Down("the server says that it is not healthy"));
        }
    }

    @Test
    void transformers_serve_has_its_list_alone() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.HUGGING_FACE)) {
            assertThat(server.ready().load()).isEqualTo(ServerLoad.UNKNOWN);
            assertThat(server.asked()).doesNotContain("/metrics");
        }
    }
}
