package dev.millrace.worker.vertex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VertexDialectTest {
    private static final String ASK = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    private static final String LOCATION =
            "{\"name\":\"projects/mill-1/locations/europe-west4\",\"locationId\":\"europe-west4\"}";
    private static final Duration MARGIN = Duration.ofSeconds(200);

    private ScriptedUpstream upstream;
    private TokenServer tokens;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        tokens = new TokenServer();
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
        tokens.close();
    }

    @ParameterizedTest
    @CsvSource({
        ", https://aiplatform.googleapis.com/v1",
        "global, https://aiplatform.googleapis.com/v1",
        "europe-west4, https://europe-west4-aiplatform.googleapis.com/v1",
        "eu, https://aiplatform.eu.rep.googleapis.com/v1"
    })
    void the_region_says_where_it_listens(@Nullable String region, URI address) {
        assertThat(
                        VertexDialect.of(configured(new Account(null, "mill-1", region, null)))
                                .usualBaseUrl())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-3-flash, google/models/gemini-3-flash:generateContent",
        "google/gemini-3-flash, google/models/gemini-3-flash:generateContent",
        "claude-sonnet-4-5@20250929, anthropic/models/claude-sonnet-4-5@20250929:rawPredict",
        "anthropic/claude-opus-5, anthropic/models/claude-opus-5:rawPredict"
    })
    void a_model_is_called_at_its_publisher(String model, String path) throws Exception {
        upstream.thenAnswer(200, "{}");
        try (Provider provider = provider(tokens.key())) {
            Cloud.ask(provider, model, ASK);
        }

        assertThat(upstream.received().getFirst().path())
                .isEqualTo("/v1/projects/mill-1/locations/europe-west4/publishers/" + path);
    }

    @Test
    void models_of_others_are_refused() throws Exception {
        try (Provider provider = provider(tokens.key())) {
            assertThat(Cloud.ask(provider, "meta/llama-4", ASK))
                    .isInstanceOf(Outcome.Rejected.class);
        }
    }

    @Test
    void later_models_embed_one_text_at_a_time() throws Exception {
        upstream.thenAnswer(
                200,
                "{\"embedding\":{\"values\":[1,2]},\"usageMetadata\":{\"promptTokenCount\":3}}");
        try (Provider provider = provider(tokens.key())) {
            Outcome one = Cloud.embed(provider, "gemini-embedding-2", "{\"input\":\"x\"}");
            Outcome two = Cloud.embed(provider, "gemini-embedding-2", "{\"input\":[\"x\",\"y\"]}");

            assertThat(one.progress().usage()).isEqualTo(new TokenUsage(3, 0, 0, 0, 0, false));
            assertThat(two).isInstanceOf(Outcome.Rejected.class);
        }
        var asked = upstream.received().getFirst();
        assertThat(asked.path()).endsWith("/google/models/gemini-embedding-2:embedContent");
        assertThat(asked.text())
                .isEqualTo(
                        "{\"content\":{\"parts\":[{\"text\":\"x\"}]},\"embedContentConfig\":{\"autoTruncate\":false}}");
    }

    @Test
    void a_token_is_fetched_once_and_carried_by_every_call() throws Exception {
        upstream.thenAnswer(200, LOCATION).thenAnswer(200, "{}").thenAnswer(200, "{}");
        try (Provider provider = provider(tokens.key())) {
            assertThat(provider.probe()).isEqualTo(new ProviderHealth.Ready(List.of()));
            Cloud.ask(provider, "gemini-3-flash", ASK);
            Cloud.ask(provider, "claude-opus-5", ASK);
        }

        assertThat(upstream.received())
                .hasSize(3)
                .allSatisfy(request ->
                        assertThat(request.headers())
                                .containsEntry("authorization", "Bearer token-1"));
        assertThat(upstream.received().getFirst().path())
                .isEqualTo("/v1/projects/mill-1/locations/europe-west4");
        assertThat(tokens.asked()).isEqualTo(1);
    }

    @Test
    void calls_go_on_with_a_valid_token_while_the_next_one_is_fetched() throws Exception {
        tokens.life(MARGIN);
        try (Provider provider = provider(tokens.key())) {
            upstream.thenAnswer(200, LOCATION);
            provider.probe();
            tokens.life(Duration.ofHours(1));
            var held = tokens.hold();

            for (int i = 0; i < 3; i++) {
                upstream.thenAnswer(200, "{}");
                Cloud.ask(provider, "gemini-3-flash", ASK);
                assertThat(upstream.received().getLast().headers())
                        .containsEntry("authorization", "Bearer token-1");
            }

            await().untilAsserted(() -> assertThat(tokens.asked()).isEqualTo(2));
            held.countDown();
            await().untilAsserted(() -> {
                upstream.thenAnswer(200, "{}");
                Cloud.ask(provider, "gemini-3-flash", ASK);
                assertThat(upstream.received().getLast().headers())
                        .containsEntry("authorization", "Bearer token-2");
            });
        }
    }

    @Test
    void a_service_account_that_gets_no_token_is_a_refused_credential() throws Exception {
        tokens.refuse();
        try (Provider provider = provider(tokens.key())) {
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
            assertThat(Cloud.ask(provider, "gemini-3-flash", ASK))
                    .isInstanceOf(Outcome.CredentialRefused.class);
        }
        assertThat(upstream.received()).isEmpty();
    }

    @Test
    void a_key_that_is_none_is_a_refused_credential_and_is_not_quoted() throws Exception {
        try (Provider provider = provider("sesame-open")) {
            assertThat(provider.probe())
                    .isInstanceOfSatisfying(
                            ProviderHealth.CredentialRefused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .contains("service account")
                                            .doesNotContain("sesame"));
        }
    }

    @Test
    void a_call_waits_for_a_token_no_longer_than_for_its_answer() throws Exception {
        tokens.hold();
        Timeouts hasty =
                new Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(9),
                        Duration.ofMillis(100));
        try (Provider provider = provider(tokens.key(), hasty)) {
            assertThat(Cloud.ask(provider, "gemini-3-flash", ASK))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            late -> {
                                assertThat(late.limit()).isEqualTo(Outcome.TimedOut.Limit.TOTAL);
                                assertThat(late.progress().usage()).isEqualTo(TokenUsage.NONE);
                            });
        }
    }

    @Test
    void a_token_server_that_is_away_is_an_unavailable_provider() throws Exception {
        String key = tokens.key();
        tokens.close();
        try (Provider provider = provider(key)) {
            assertThat(Cloud.ask(provider, "gemini-3-flash", ASK))
                    .isInstanceOf(Outcome.Unavailable.class);
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
        }
    }

    private Provider provider(String key) throws Exception {
        return provider(key, Timeouts.DEFAULT);
    }

    private Provider provider(String key, Timeouts timeouts) throws Exception {
        return Cloud.provider(
                ProviderKind.VERTEX_AI,
                upstream.baseUrl(),
                key,
                VertexContract.ACCOUNT,
                timeouts,
                InstantSource.system());
    }

    private static dev.millrace.configuration.Provider configured(Account account) {
        return new dev.millrace.configuration.Provider(
                "vertex",
                ProviderKind.VERTEX_AI,
                null,
                List.of(),
                account,
                Map.of(),
                Location.CLOUD,
                new Limits(8, null, null),
                false,
                Timeouts.DEFAULT);
    }
}
