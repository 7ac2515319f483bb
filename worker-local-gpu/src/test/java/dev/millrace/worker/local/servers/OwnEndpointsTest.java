package dev.millrace.worker.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What all self-hosted kinds have in common: the list of models is true whatever else there is.
class OwnEndpointsTest {
    private static final String[] NONSENSE = {
        "<html><body>It works!</body></html>",
        "{",
        "[]",
        "null",
        "{\"models\":7,\"data\":{\"id\":[]},\"total_slots\":-3,\"loaded_models\":\"none\"}",
        "{\"models\":[7,null],\"data\":[7,{\"id\":7}],\"total_slots\":1e99,\"loaded_models\":[null],"
                + "\"max_total_tokens\":\"many\",\"max_concurrent_requests\":99999999999}",
        "vllm:num_requests_running NaN\nvllm:kv_cache_usage_perc{engine=\"0 17\n"
                + "tgi_queue_size -1\nvllm:num_requests_waiting\n{} 3\n 4",
        "tgi_queue_size 1\nvllm:num_requests_running 1\n" + "# too long\n".repeat(100_000),
    };

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
    void a_server_without_them_is_ready_and_its_load_is_unknown(ProviderKind kind)
            throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            staysReady(server);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
    void nonsense_there_makes_no_server_look_down(ProviderKind kind) throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            for (String nonsense : NONSENSE) {
                server.upstream().otherwise(ScriptedUpstream.answer(200, nonsense));

                staysReady(server);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
    void a_connection_that_breaks_there_makes_no_server_look_down(ProviderKind kind)
            throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            server.upstream().otherwise(_ -> false);

            staysReady(server);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "HUGGING_FACE"})
    void a_balancer_that_does_not_know_the_path_makes_no_server_look_down(ProviderKind kind)
            throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            server.upstream()
                    .otherwise(ScriptedUpstream.answer(503, "<html>no healthy upstream</html>"));

            staysReady(server);
        }
    }

    @Test
    void a_server_that_is_too_slow_there_is_not_asked_everything() throws Exception {
        try (FakeServer server = new FakeServer(ProviderKind.OLLAMA)) {
            server.upstream()
                    .otherwise(connection -> {
                        connection.awaitDisconnect();
                        return false;
                    });

            staysReady(server);
            assertThat(server.asked()).doesNotContain("/api/show");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
    void the_key_is_sent_there_too(ProviderKind kind) throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            staysReady(server);

            assertThat(server.upstream().received())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(received ->
                            assertThat(received.headers())
                                    .containsEntry("authorization", "Bearer key-1"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
    void a_model_that_comes_and_one_that_goes_are_seen_by_the_next_probe(ProviderKind kind)
            throws Exception {
        try (FakeServer server = new FakeServer(kind)) {
            staysReady(server);

            server.upstream()
                    .always(
                            "/v1/models",
                            200,
                            "{\"object\":\"list\",\"data\":[{\"id\":\"new\",\"object\":\"model\"}]}");
            assertThat(server.ready().models()).containsExactly(new ListedModel("new"));

            server.upstream().always("/v1/models", 200, "{\"object\":\"list\",\"data\":[]}");
            assertThat(server.ready().models()).isEmpty();
        }
    }

    private static void staysReady(FakeServer server) throws Exception {
        ProviderHealth.Ready ready = server.ready();
        assertThat(ready.load()).isEqualTo(ServerLoad.UNKNOWN);
        assertThat(ready.models()).isNotEmpty().allMatch(model -> !model.name().isBlank());
    }
}
