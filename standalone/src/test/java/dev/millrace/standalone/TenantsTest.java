package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `millrace up --config` with a server and keys of the user's own: who may ask for what, and what
/// happens while the server is away.
class TenantsTest {

    private static final String KEY = "sk-acme-1";

    @TempDir static Path folder;

    private static SimulatedModelServer model;
    private static RunningMillrace millrace;

    @BeforeAll
    static void start() throws Exception {
        model = SimulatedModelServer.start(SimulatedBehaviour.immediate().withModels("llama"));
        millrace =
                RunningMillrace.configured(
                        folder,
                        """
                        providers:
                          - { name: rack, kind: openai-compatible, base-url: "%s" }
                        models:
                          - { name: assistant, targets: [ { provider: rack, model: llama } ] }
                        tenants:
                          - id: acme
                            keys: [ { id: ci, sha256: "%s" } ]
                            models: [assistant, no-such-model]
                        """
                                .formatted(model.baseUrl(), sha256(KEY)));
    }

    @AfterAll
    static void stop() throws Exception {
        millrace.close();
        model.close();
    }

    @Test
    void a_key_may_ask_for_its_tenants_models_and_sees_no_other() {
        try (var closing = new Client(KEY)) {
            OpenAIClient client = closing.sdk();
            assertThat(client.models().list().data())
                    .extracting(Model::id)
                    .containsExactly("assistant");
            assertThat(client.chat().completions().create(ask("assistant")).choices()).hasSize(1);
            assertThatThrownBy(() -> client.chat().completions().create(ask("llama")))
                    .isInstanceOf(PermissionDeniedException.class);
            assertThatThrownBy(() -> client.chat().completions().create(ask("no-such-model")))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void a_wrong_key_is_refused() {
        try (var closing = new Client("sk-wrong")) {
            OpenAIClient client = closing.sdk();
            assertThatThrownBy(() -> client.chat().completions().create(ask("assistant")))
                    .isInstanceOf(UnauthorizedException.class)
                    .hasMessageNotContaining("sk-wrong");
        }
    }

    @Test
    void a_server_that_stops_gives_clear_errors_and_heals_when_it_comes_back() throws Exception {
        try (var closing = new Client(KEY)) {
            OpenAIClient client = closing.sdk();
            int port = model.port();
            model.close();
            assertThatThrownBy(() -> client.chat().completions().create(ask("assistant")))
                    .isInstanceOf(InternalServerException.class)
                    .hasMessageContaining("not available");

            model =
                    SimulatedModelServer.start(
                            port, SimulatedBehaviour.immediate().withModels("llama"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            client.chat().completions().create(ask("assistant")).choices().size()
                                    == 1);
        }
    }

    /// The SDK's client, which is not AutoCloseable.
    private record Client(OpenAIClient sdk) implements AutoCloseable {

        Client(String key) {
            this(client(key));
        }

        @Override
        public void close() {
            sdk.close();
        }
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(millrace.url("/v1").toString())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams ask(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
    }

    private static String sha256(String key) throws Exception {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
