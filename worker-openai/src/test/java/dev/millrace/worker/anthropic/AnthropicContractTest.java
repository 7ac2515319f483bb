package dev.millrace.worker.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.openai.CloudContract;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnthropicContractTest extends CloudContract {

    AnthropicContractTest() {
        super(ProviderKind.ANTHROPIC, "/v1", "request-id");
    }

    @Test
    void models_are_listed_and_the_longest_answers_learned() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            upstream.thenAnswer(
                            200,
                            """
                            {"data":[{"type":"model","id":"claude-sonnet-4-5","display_name":"Claude Sonnet 4.5",\
                            "created_at":"2025-09-29T00:00:00Z","max_input_tokens":200000,"max_tokens":64000}],\
                            "has_more":false,"first_id":"claude-sonnet-4-5","last_id":"claude-sonnet-4-5"}\
                            """)
                    .thenAnswer(200, "{}");

            assertThat(provider.probe())
                    .isEqualTo(
                            new ProviderHealth.Ready(
                                    List.of(
                                            new ListedModel(
                                                    "claude-sonnet-4-5", 200_000L, List.of()))));
            var asked = upstream.received().getFirst();
            assertThat(asked.path()).isEqualTo("/v1/models?limit=1000");
            assertThat(asked.headers())
                    .containsEntry("x-api-key", KEY)
                    .containsEntry("anthropic-version", "2023-06-01")
                    .doesNotContainKey("authorization");

            Cloud.ask(
                    provider,
                    "claude-sonnet-4-5",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");

            assertThat(upstream.received().getLast().text()).contains("\"max_tokens\":64000");
        }
    }
}
