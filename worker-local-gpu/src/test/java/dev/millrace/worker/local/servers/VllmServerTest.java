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

class VllmServerTest {
    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(ProviderKind.VLLM);
        server.upstream().always("/health", 200, "");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void requests_of_all_engines_add_up_and_the_fullest_cache_counts() throws Exception {
        server.answers("/metrics", "metrics.txt");

        ProviderHealth.Ready ready = server.ready();

        assertThat(ready.load()).isEqualTo(new ServerLoad(21, 3, null, 0.8125, null));
        assertThat(ready.models())
                .containsExactly(
                        new ListedModel("Qwen/Qwen3-8B", 40960L, List.of()),
                        new ListedModel("support-lora", 40960L, List.of()));
    }

    @Test
    void the_older_name_of_the_caches_use_is_read_too() throws Exception {
        server.answers("/metrics", "metrics-before-0.10.txt");

        assertThat(server.ready().load()).isEqualTo(new ServerLoad(1, 0, null, 0.25, null));
    }

    @Test
    void a_server_whose_engine_has_died_is_down_though_it_lists_models() throws Exception {
        server.upstream().always("/health", 503, "");

        assertThat(server.provider().probe())
                .isEqualTo(new ProviderHealth.Down("the server says that its engine does not run"));
    }
}
