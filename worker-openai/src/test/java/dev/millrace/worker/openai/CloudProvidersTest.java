package dev.millrace.worker.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudProvidersTest {
    private final CloudProviders providers = new CloudProviders(InstantSource.system());

    @Test
    void the_key_the_organisation_the_project_and_further_headers_are_sent() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.thenAnswer(200, "{\"object\":\"list\",\"data\":[]}");
            Secrets secrets = new Secrets(Map.of("KEY", "sk-1", "TOKEN", "t-1"));
            Provider configured =
                    configured(upstream.baseUrl(), SecretReference.environment("KEY"));

            try (var provider = providers.create(configured, secrets)) {
                provider.probe();
            }

            assertThat(upstream.received().getFirst().headers())
                    .containsEntry("authorization", "Bearer sk-1")
                    .containsEntry("openai-organization", "org-1")
                    .containsEntry("openai-project", "proj-1")
                    .containsEntry("x-token", "t-1")
                    .containsEntry("x-plain", "yes");
        }
    }

    @Test
    void a_key_may_lie_in_a_file(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "sk-file\n", UTF_8);
        try (SimulatedModelServer model =
                SimulatedModelServer.start(
                        SimulatedBehaviour.immediate().withRequiredKey("sk-file"))) {
            Provider configured = configured(model.baseUrl(), new SecretReference("file:" + file));

            try (var provider = providers.create(configured, new Secrets(Map.of("TOKEN", "t")))) {
                assertThat(provider.probe()).isInstanceOf(ProviderHealth.Ready.class);
            }
        }
    }

    @Test
    void a_missing_key_is_named_by_its_reference() {
        Provider configured =
                configured(
                        URI.create("http://127.0.0.1:1/v1"), SecretReference.environment("NO_KEY"));

        assertThatThrownBy(() -> providers.create(configured, new Secrets(Map.of("TOKEN", "t"))))
                .isInstanceOf(SecretMissing.class)
                .hasMessageContaining("NO_KEY");
    }

    private static Provider configured(URI baseUrl, SecretReference key) {
        return new Provider(
                "cloud",
                ProviderKind.OPENAI_COMPATIBLE,
                baseUrl,
                List.of(new ProviderKey(key)),
                new Account("org-1", "proj-1", null, null),
                Map.of("x-token", "${TOKEN}", "x-plain", "yes"),
                Location.CLOUD,
                new Limits(8, null, null),
                false,
                Timeouts.DEFAULT);
    }
}
