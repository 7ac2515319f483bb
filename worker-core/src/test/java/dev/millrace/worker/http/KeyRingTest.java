package dev.millrace.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Providers with several keys.
class KeyRingTest {
    private static final String ANSWER = "{\"choices\":[]}";
    private static final Secrets SECRETS = new Secrets(Map.of("ONE", "sk-one", "TWO", "sk-two"));
    private static final ProviderKey ONE = new ProviderKey(new SecretReference("${ONE}"), 3);
    private static final ProviderKey TWO = new ProviderKey(new SecretReference("${TWO}"), 1);

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
    private ScriptedUpstream upstream;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
    }

    @Test
    void calls_are_spread_by_weight() throws Exception {
        try (Provider provider = provider(ONE, TWO)) {
            for (int i = 0; i < 40; i++) {
                upstream.thenAnswer(200, ANSWER);
                ask(provider);
            }
        }
        assertThat(
                        sent().stream()
                                .collect(
                                        Collectors.groupingBy(
                                                Function.identity(), Collectors.counting())))
                .isEqualTo(Map.of("Bearer sk-one", 30L, "Bearer sk-two", 10L));
    }

    @Test
    void a_refused_key_rests_and_the_others_are_used() throws Exception {
        try (Provider provider = provider(ONE, TWO)) {
            upstream.thenAnswer(401, "{}").thenAnswer(200, ANSWER).thenAnswer(200, ANSWER);

            Outcome first = ask(provider);

            assertThat(first)
                    .isInstanceOfSatisfying(
                            Outcome.CredentialRefused.class,
                            refused -> assertThat(refused.otherKeys()).isTrue());
            assertThat(ask(provider)).isInstanceOf(Outcome.Completed.class);
            assertThat(ask(provider)).isInstanceOf(Outcome.Completed.class);
            assertThat(sent()).containsExactly("Bearer sk-one", "Bearer sk-two", "Bearer sk-two");

            now.updateAndGet(before -> before.plus(KeyRing.PARKED));
            upstream.thenAnswer(200, ANSWER);
            ask(provider);
            assertThat(sent()).last().isEqualTo("Bearer sk-one");
        }
    }

    @Test
    void with_every_key_refused_nothing_is_asked_until_a_probe_finds_one_that_works()
            throws Exception {
        try (Provider provider = provider(ONE, TWO)) {
            upstream.thenAnswer(403, "{}").thenAnswer(402, "{}");
            ask(provider);

            assertThat(ask(provider))
                    .isInstanceOfSatisfying(
                            Outcome.CredentialRefused.class,
                            refused -> assertThat(refused.otherKeys()).isFalse());
            assertThat(ask(provider)).isInstanceOf(Outcome.CredentialRefused.class);
            assertThat(sent()).hasSize(2);

            upstream.thenAnswer(401, "{}")
                    .thenAnswer(200, "{\"object\":\"list\",\"data\":[]}")
                    .thenAnswer(200, ANSWER);
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.Ready.class);
            assertThat(ask(provider)).isInstanceOf(Outcome.Completed.class);
            assertThat(sent()).last().isEqualTo("Bearer sk-two");
        }
    }

    @Test
    void a_key_in_a_file_is_followed_when_it_is_rotated() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "sk-old", UTF_8);
        try (Provider provider =
                provider(new ProviderKey(new SecretReference("file:" + file), 1))) {
            upstream.thenAnswer(200, ANSWER).thenAnswer(401, "{}").thenAnswer(200, ANSWER);
            ask(provider);
            Files.writeString(file, "sk-new", UTF_8);

            assertThat(ask(provider))
                    .isInstanceOfSatisfying(
                            Outcome.CredentialRefused.class,
                            refused -> assertThat(refused.otherKeys()).isTrue());
            assertThat(ask(provider)).isInstanceOf(Outcome.Completed.class);
        }
        assertThat(sent()).containsExactly("Bearer sk-old", "Bearer sk-old", "Bearer sk-new");
    }

    @Test
    void no_key_of_several_shows_in_an_error() throws Exception {
        try (Provider provider = provider(ONE, TWO)) {
            upstream.thenAnswer(400, "{\"error\":{\"message\":\"not with sk-one or sk-two\"}}");

            assertThat(ask(provider))
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected ->
                                    assertThat(rejected.error().message())
                                            .isEqualTo("not with [redacted] or [redacted]"));
        }
    }

    @Test
    void one_missing_key_of_several_is_passed_over() throws Exception {
        ProviderKey missing = new ProviderKey(new SecretReference("${NOWHERE}"));
        try (Provider provider = provider(missing, TWO)) {
            upstream.thenAnswer(200, ANSWER);

            assertThat(ask(provider)).isInstanceOf(Outcome.Completed.class);
        }
        assertThatThrownBy(() -> provider(missing))
                .isInstanceOf(SecretMissing.class)
                .hasMessageContaining("NOWHERE");
    }

    private List<String> sent() {
        return upstream.received().stream()
                .map(request -> request.headers().getOrDefault("authorization", "none"))
                .toList();
    }

    private Outcome ask(Provider provider) throws InterruptedException {
        InstantSource clock = InstantSource.system();
        return provider.attempt(
                new Call(
                        UUID.randomUUID(),
                        Operation.CHAT_COMPLETION,
                        "m",
                        "{}".getBytes(UTF_8),
                        false,
                        1,
                        Pricing.UNKNOWN),
                new Deadline(clock.instant().plus(Duration.ofMinutes(1)), clock),
                _ -> {});
    }

    private Provider provider(ProviderKey... keys) throws SecretMissing {
        var configured =
                new dev.millrace.configuration.Provider(
                        "cloud",
                        ProviderKind.OPENAI_COMPATIBLE,
                        upstream.baseUrl(),
                        List.of(keys),
                        Account.USUAL,
                        Map.of(),
                        Location.CLOUD,
                        new Limits(8, null, null),
                        false,
                        Timeouts.DEFAULT);
        return HttpProvider.configured(
                configured,
                OpenAiDialect.of(configured, true),
                SECRETS,
                UpstreamSettings.IDLE,
                now::get);
    }
}
