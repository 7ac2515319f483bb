package dev.millrace.worker.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth.Ready;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

class TogetherTest {

    @Test
    void all_their_models_are_served_and_a_call_fits_every_server_that_lists_its_model() {
        Ready one =
                new Ready(
                        List.of(
                                new ListedModel("m", 8192L, List.of("chat", "vision")),
                                new ListedModel("a", null, List.of())));
        Ready other =
                new Ready(
                        List.of(
                                new ListedModel("m", 4096L, List.of("chat", "tools")),
                                new ListedModel("a", 2048L, List.of("embeddings")),
                                new ListedModel("b")));

        assertThat(Together.of(List.of(one, other)).models())
                .containsExactly(
                        new ListedModel("m", 4096L, List.of("chat")),
                        new ListedModel("a", 2048L, List.of("embeddings")),
                        new ListedModel("b"));
    }

    @Test
    void a_model_of_which_the_servers_offer_nothing_in_common_is_not_offered() {
        assertThat(
                        models(
                                List.of("chat", "tools"),
                                List.of("embeddings"),
                                List.of("chat", "tools")))
                .isEmpty();
        assertThat(models(List.of("chat"), List.of("embeddings"), List.of())).isEmpty();
        assertThat(models(List.of("chat", "tools"), List.of(), List.of("vision", "tools")))
                .containsExactly(new ListedModel("m", null, List.of("tools")));
        assertThat(models(List.of(), List.of()))
                .containsExactly(new ListedModel("m", null, List.of()));
    }

    @SafeVarargs
    private static List<ListedModel> models(List<String>... capabilities) {
        return Together.of(
                        List.of(capabilities).stream()
                                .map(each -> new Ready(List.of(new ListedModel("m", null, each))))
                                .toList())
                .models();
    }

    @Test
    void loads_add_up_and_of_caches_the_fullest_counts() {
        assertThat(load(new ServerLoad(3, 1, 4, 0.2, null), new ServerLoad(2, null, 8, 0.9, 0.5)))
                .isEqualTo(new ServerLoad(5, 1, 12, 0.9, 0.5));
        assertThat(load(ServerLoad.UNKNOWN, ServerLoad.UNKNOWN)).isEqualTo(ServerLoad.UNKNOWN);
    }

    @Test
    void slots_that_one_server_does_not_tell_are_unknown() {
        assertThat(load(ServerLoad.requests(1, 0, 4), ServerLoad.requests(2, null, null)))
                .isEqualTo(ServerLoad.requests(3, 0, null));
    }

    private static ServerLoad load(ServerLoad... loads) {
        return Together.of(List.of(loads).stream().map(load -> new Ready(List.of(), load)).toList())
                .load();
    }
}
