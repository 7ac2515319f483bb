package dev.millrace.worker.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.openai.CloudContract;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureContractTest extends CloudContract {
    private static final String HI = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    AzureContractTest() {
        super(ProviderKind.AZURE_OPENAI, "/", "apim-request-id");
    }

    @ParameterizedTest
    @CsvSource({
        "'',, /openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21, /openai/models?api-version=2024-10-21",
        "/openai,, /openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21, /openai/models?api-version=2024-10-21",
        "'',2025-04-01-preview, /openai/deployments/my%20gpt/chat/completions?api-version=2025-04-01-preview, /openai/models?api-version=2025-04-01-preview",
        "'',v1, /openai/v1/chat/completions, /openai/v1/models",
        "/openai/v1,, /openai/v1/chat/completions, /openai/v1/models",
        "/openai/v1,preview, /openai/v1/chat/completions?api-version=preview, /openai/v1/models?api-version=preview",
        "/gateway/openai/v1,v1, /gateway/openai/v1/chat/completions, /gateway/openai/v1/models",
    })
    void the_surface_follows_the_base_url_and_the_version(
            String base, @Nullable String version, String chat, String models) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        Cloud.provider(
                                ProviderKind.AZURE_OPENAI,
                                upstream.baseUrl().resolve(base.isEmpty() ? "/" : base),
                                KEY,
                                new Account(null, null, null, version),
                                Timeouts.DEFAULT,
                                InstantSource.system())) {
            upstream.thenAnswer(500, "{}").thenAnswer(200, "{\"data\":[],\"object\":\"list\"}");

            Cloud.ask(provider, "my gpt", HI);
            provider.probe();

            assertThat(upstream.received())
                    .extracting(ScriptedUpstream.Received::path)
                    .containsExactly(chat, models);
            assertThat(upstream.received().getFirst().text()).contains("\"model\":\"my gpt\"");
            assertThat(upstream.received().getFirst().headers())
                    .containsEntry("api-key", KEY)
                    .doesNotContainKey("authorization");
        }
    }

    @Test
    void what_could_be_deployed_is_no_list_of_models() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            upstream.thenAnswer(
                            200,
                            """
                            {"data":[{"status":"succeeded","capabilities":{"fine_tune":false,"inference":true,\
                            "completion":false,"chat_completion":true,"embeddings":false},"lifecycle_status":\
                            "generally-available","id":"gpt-4o-2024-08-06","object":"model"}],"object":"list"}\
                            """)
                    .thenAnswer(
                            401,
                            "{\"error\":{\"code\":\"401\",\"message\":\"Access denied due to invalid subscription key or wrong API endpoint.\"}}");

            assertThat(provider.probe()).isEqualTo(new ProviderHealth.Ready(List.of()));
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
        }
    }

    @Test
    void embeddings_have_the_deployment_in_their_path() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            upstream.thenAnswer(500, "{}");

            Cloud.ask(provider, Operation.EMBEDDING, "small", "{\"input\":\"one\"}", false);

            assertThat(upstream.received().getFirst().path())
                    .isEqualTo("/openai/deployments/small/embeddings?api-version=2024-10-21");
        }
    }
}
