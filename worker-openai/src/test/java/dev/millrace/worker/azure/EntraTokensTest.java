package dev.millrace.worker.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.identity.CredentialUnavailableException;
import com.azure.identity.DefaultAzureCredentialBuilder;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.http.TokenRefused;
import dev.millrace.worker.transport.UpstreamFailure;
import java.io.File;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class EntraTokensTest {
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
    private final InstantSource clock = now::get;
    private final Identity identity = new Identity();
    private final EntraTokens tokens = new EntraTokens(() -> identity, clock);

    @Test
    void a_token_is_used_until_five_minutes_before_it_expires() throws Exception {
        identity.answers.release(1);
        for (int minutes : new int[] {0, 20, 34}) {
            at(minutes);
            assertThat(tokens.headers(AMPLE)).isEqualTo(Map.of("authorization", "Bearer token-1"));
        }
        assertThat(identity.asked).hasValue(1);
        assertThat(identity.scopes)
                .isEqualTo(List.of("https://cognitiveservices.azure.com/.default"));
    }

    @Test
    void a_token_that_expires_soon_is_fetched_anew_while_calls_go_on_with_it() throws Exception {
        identity.answers.release(1);
        tokens.headers(AMPLE);

        at(36);
        for (int i = 0; i < 3; i++) {
            assertThat(tokens.headers(Duration.ZERO)).containsValue("Bearer token-1");
        }
        identity.answers.release(1);

        await().untilAsserted(() ->
                assertThat(tokens.headers(Duration.ZERO)).containsValue("Bearer token-2"));
        assertThat(identity.asked).hasValue(2);
    }

    @Test
    void a_fetch_that_fails_is_tried_again_and_troubles_nobody_while_the_token_is_valid()
            throws Exception {
        identity.answers.release(1);
        tokens.headers(AMPLE);
        identity.failure = new ClientAuthenticationException("AADSTS70021: no", null);
        identity.answers.release(1);

        at(36);
        assertThat(tokens.headers(Duration.ZERO)).containsValue("Bearer token-1");
        await().untilAsserted(() -> assertThat(identity.answered).hasValue(2));
        assertThat(tokens.headers(Duration.ZERO)).containsValue("Bearer token-1");
        assertThat(identity.asked).hasValue(2);

        identity.failure = null;
        identity.answers.release(1);
        at(37);
        await().untilAsserted(() ->
                assertThat(tokens.headers(Duration.ZERO)).containsValue("Bearer token-3"));
    }

    @Test
    void without_a_valid_token_calls_wait_for_one_no_longer_than_they_may() {
        assertThatThrownBy(() -> tokens.headers(Duration.ofMillis(1)))
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        failure ->
                                assertThat(failure.kind())
                                        .isEqualTo(UpstreamFailure.Kind.TIMED_OUT));
        assertThatThrownBy(() -> tokens.headers(Duration.ofMillis(1)))
                .isInstanceOf(UpstreamFailure.class);
        assertThat(identity.asked).hasValueLessThanOrEqualTo(1);
        identity.answers.release(1);
    }

    @Test
    void a_credential_that_entra_id_refuses_is_told_from_one_that_it_could_not_be_asked_about() {
        identity.answers.release(3);

        identity.failure =
                new ClientAuthenticationException("AADSTS7000215: Invalid secret s3cret", null);
        assertThatThrownBy(() -> tokens.headers(AMPLE))
                .isInstanceOf(TokenRefused.class)
                .hasMessageContaining("AADSTS7000215")
                .hasMessageNotContaining("s3cret");

        identity.failure =
                new CredentialUnavailableException("none is configured", new ConnectException("x"));
        assertThatThrownBy(() -> tokens.headers(AMPLE)).isInstanceOf(TokenRefused.class);

        identity.failure =
                new ClientAuthenticationException("no answer", null, new ConnectException("x"));
        assertThatThrownBy(() -> tokens.headers(AMPLE)).isInstanceOf(UpstreamFailure.class);
    }

    @Test
    void the_sdk_s_own_chain_runs_with_what_is_on_the_class_path() throws Exception {
        try (ScriptedUpstream machine = new ScriptedUpstream()) {
            machine.thenAnswer(
                    200,
                    "{\"access_token\":\"token-of-the-machine\",\"expires_on\":\"4102444800\",\"resource\":\"r\",\"token_type\":\"Bearer\"}");
            ProcessBuilder builder =
                    new ProcessBuilder(
                            System.getProperty("java.home") + File.separator + "bin/java",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EntraTokensTest.class.getName());
            builder.environment().keySet().removeIf(name -> name.startsWith("AZURE_"));
            builder.environment().put("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential");
            builder.environment().put("IDENTITY_ENDPOINT", machine.baseUrl() + "/msi/token");
            builder.environment().put("IDENTITY_HEADER", "secret-of-the-machine");
            Process process = builder.redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);

            assertThat(printed).contains("{authorization=Bearer token-of-the-machine}");
            assertThat(machine.received().getFirst().path())
                    .contains("resource=https%3A%2F%2Fcognitiveservices.azure.com");
        }
    }

    /// Prints the headers that the SDK's default chain leads to.
    public static void main(String[] arguments) throws Exception {
        var source = new DefaultAzureCredentialBuilder();
        System.out.println(new EntraTokens(source::build, InstantSource.system()).headers(AMPLE));
        System.exit(0);
    }

    private void at(int minutes) {
        now.set(Instant.parse("2026-01-01T12:00:00Z").plus(Duration.ofMinutes(minutes)));
    }

    /// Gives out a token of forty minutes for each permit.
    private final class Identity implements TokenCredential {
        private final Semaphore answers = new Semaphore(0);
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private volatile List<String> scopes = List.of();
        private volatile @Nullable RuntimeException failure;

        @Override
        public Mono<AccessToken> getToken(TokenRequestContext request) {
            int number = asked.incrementAndGet();
            scopes = request.getScopes();
            answers.acquireUninterruptibly();
            answered.incrementAndGet();
            RuntimeException refused = failure;
            if (refused != null) {
                throw refused;
            }
            OffsetDateTime expires =
                    clock.instant().plus(Duration.ofMinutes(40)).atOffset(ZoneOffset.UTC);
            return Mono.just(new AccessToken("token-" + number, expires));
        }
    }
}
