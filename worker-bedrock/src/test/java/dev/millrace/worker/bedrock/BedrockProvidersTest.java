package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class BedrockProvidersTest {
    private static final String NOTHING = "{\"asyncInvokeSummaries\":[]}";
    private static final ProviderHealth READY = new ProviderHealth.Ready(List.of());

    private FakeBedrock bedrock;

    @BeforeEach
    void start() throws IOException {
        bedrock = new FakeBedrock();
    }

    @AfterEach
    void stop() {
        bedrock.close();
    }

    @Test
    void the_kind_is_bedrock() {
        assertThat(new BedrockProviders(InstantSource.system()).kinds())
                .containsExactly(ProviderKind.BEDROCK);
    }

    @Test
    void a_key_is_sent_as_a_bearer_token_with_the_configured_headers() throws Exception {
        bedrock.thenAnswer(NOTHING);

        try (Attempts attempts = Attempts.at(bedrock.endpoint())) {
            assertThat(attempts.provider().probe()).isEqualTo(READY);
        }

        assertThat(bedrock.received().getFirst().path()).isEqualTo("/async-invoke");
        assertThat(bedrock.received().getFirst().headers())
                .containsEntry("authorization", "Bearer " + Attempts.KEY)
                .containsEntry("x-team", "millrace");
    }

    @Test
    void without_a_key_calls_are_signed_for_the_region() throws Exception {
        bedrock.thenAnswer(NOTHING);

        try (Provider provider =
                signing(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDX", "s")))) {
            provider.probe();
        }

        assertThat(bedrock.received().getFirst().headers().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDX/")
                .contains("/eu-central-1/bedrock/aws4_request");
    }

    @Test
    void a_credential_that_is_not_found_is_refused() throws Exception {
        AwsCredentialsProvider none =
                () -> {
                    throw SdkClientException.create("Unable to load credentials from any provider");
                };

        try (Provider provider = signing(none)) {
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
        }
        assertThat(bedrock.received()).isEmpty();
    }

    @Test
    void a_probe_tells_what_bedrock_says() throws Exception {
        bedrock.thenError(403, "AccessDeniedException", "may not list")
                .thenError(403, "UnrecognizedClientException", "m")
                .thenError(403, "ExpiredTokenException", "m")
                .thenError(404, "UnknownOperationException", "m")
                .thenError(503, "ServiceUnavailableException", "m");

        try (Attempts attempts = Attempts.at(bedrock.endpoint())) {
            Provider provider = attempts.provider();
            assertThat(provider.probe()).isEqualTo(READY);
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
            assertThat(provider.probe()).isEqualTo(READY);
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
            bedrock.close();
            assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
        }
    }

    @Test
    void a_missing_key_is_named_by_its_reference() {
        assertThatThrownBy(() ->
                        new BedrockProviders(InstantSource.system())
                                .create(
                                        Attempts.configured(
                                                bedrock.endpoint(),
                                                SecretReference.environment("NO_KEY"),
                                                Attempts.PATIENT),
                                        new Secrets(Map.of())))
                .isInstanceOf(SecretMissing.class)
                .hasMessageContaining("NO_KEY");
    }

    private Provider signing(AwsCredentialsProvider credentials) throws SecretMissing {
        return new BedrockProviders(InstantSource.system(), credentials)
                .create(
                        Attempts.configured(bedrock.endpoint(), null, Attempts.PATIENT),
                        new Secrets(Map.of()));
    }
}
