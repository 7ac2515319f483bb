package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComposedDocumentTest {

    @Test
    void credentials_in_the_environment_become_providers_and_a_warning_that_they_cost_money() {
        ComposedDocument document =
                ComposedDocument.ofEnvironment(
                        Map.of(
                                "OPENAI_API_KEY",
                                "sk-secret",
                                "AWS_ACCESS_KEY_ID",
                                "AKIA",
                                "AZURE_OPENAI_API_KEY",
                                "x",
                                "ANTHROPIC_API_KEY",
                                "sk-ant"),
                        null);

        assertThat(document.configuration().providers())
                .extracting(Provider::kind)
                .containsExactly(ProviderKind.OPENAI, ProviderKind.ANTHROPIC, ProviderKind.BEDROCK);
        assertThat(document.yaml())
                .contains("${OPENAI_API_KEY}")
                .doesNotContain("sk-secret", "AKIA");
        assertThat(document.notes())
                .anySatisfy(note -> assertThat(note).contains("OPENAI_API_KEY", "cost money"))
                .anySatisfy(note ->
                        assertThat(note).contains("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"));
    }

    @Test
    void with_nothing_but_discovered_servers_the_document_is_empty() {
        assertThat(ComposedDocument.ofEnvironment(Map.of(), null).configuration().providers())
                .isEmpty();
    }

    @Test
    void the_simulated_model_takes_every_name_at_a_price_that_says_so() {
        var configuration =
                ComposedDocument.ofEnvironment(
                                Map.of("OPENAI_API_KEY", "sk"), "http://127.0.0.1:1/v1")
                        .configuration();

        assertThat(configuration.providers())
                .extracting(Provider::name)
                .containsExactly("simulated");
        assertThat(configuration.defaults().provider()).isEqualTo("simulated");
        assertThat(configuration.prices().configured().getFirst().currency())
                .isEqualTo("SIMULATED");
    }

    @Test
    void llm_provider_names_the_default_and_must_have_been_found() {
        Map<String, String> found = Map.of("OPENAI_API_KEY", "sk", "LLM_PROVIDER", "openai");
        Map<String, String> missing = Map.of("OPENAI_API_KEY", "sk", "LLM_PROVIDER", "bedrock");

        assertThat(
                        ComposedDocument.ofEnvironment(found, null)
                                .configuration()
                                .defaults()
                                .provider())
                .isEqualTo("openai");
        assertThatThrownBy(() -> ComposedDocument.ofEnvironment(missing, null))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("bedrock");
    }

    @Test
    void llm_provider_may_name_a_kind_of_server_of_ones_own() {
        Map<String, String> environment = Map.of("LLM_PROVIDER", "ollama");

        var configuration = ComposedDocument.ofEnvironment(environment, null).configuration();

        assertThat(ComposedDocument.namesProvider(environment)).isTrue();
        assertThat(configuration.defaults().provider()).isEqualTo("ollama");
        assertThat(configuration.providers().getFirst().baseUrl())
                .isEqualTo(ProviderKind.OLLAMA.defaultBaseUrl());
    }
}
