package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.configuration.AwsRole;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.ProviderHealth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/// A role that is assumed at a token service on loopback.
class AssumedRoleTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/millrace";
    private static final String STS_ENDPOINT = "aws.endpointUrlSts";
    private static final String ANSWER =
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hi\"}]}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":3,\"outputTokens\":1,\"totalTokens\":4}}";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String code = "AccessDenied";
    private HttpServer sts;
    private FakeBedrock bedrock;

    @BeforeEach
    void start() throws IOException {
        bedrock = new FakeBedrock();
        sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sts.createContext(
                "/",
                exchange -> {
                    signatures.add(exchange.getRequestHeaders().getFirst("authorization"));
                    byte[] form = exchange.getRequestBody().readAllBytes();
                    asked.add(URLDecoder.decode(new String(form, UTF_8), UTF_8));
                    byte[] answer = (status == 200 ? credentials() : refusal(code)).getBytes(UTF_8);
                    exchange.getResponseHeaders().set("content-type", "text/xml");
                    exchange.sendResponseHeaders(status, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        sts.start();
        System.setProperty(STS_ENDPOINT, "http://127.0.0.1:" + sts.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        System.clearProperty(STS_ENDPOINT);
        sts.stop(0);
        bedrock.close();
    }

    @Test
    void calls_are_signed_by_the_role_which_is_assumed_once() throws Exception {
        bedrock.thenAnswer("{\"asyncInvokeSummaries\":[]}").thenAnswer(ANSWER);

        try (Attempts attempts = assuming(new AwsRole(ROLE, "outside-7"))) {
            assertThat(attempts.provider().probe()).isInstanceOf(ProviderHealth.Ready.class);
            assertThat(attempts.whole(Attempts.HELLO)).isInstanceOf(Outcome.Completed.class);
        }

        assertThat(asked)
                .singleElement()
                .satisfies(form ->
                        assertThat(form)
                                .contains("Action=AssumeRole", "RoleArn=" + ROLE)
                                .contains("ExternalId=outside-7", "RoleSessionName=millrace"));
        assertThat(signatures.getFirst()).contains("Credential=AKIDX/", "/eu-central-1/sts/");
        assertThat(bedrock.received())
                .hasSize(2)
                .allSatisfy(call -> {
                    assertThat(call.headers().get("authorization"))
                            .contains("Credential=ASIAROLE/");
                    assertThat(call.headers())
                            .containsEntry("x-amz-security-token", "token-of-the-role");
                });
    }

    @Test
    void a_role_that_may_not_be_assumed_is_a_refused_credential() throws Exception {
        status = 403;

        try (Attempts attempts = assuming(new AwsRole(ROLE, null))) {
            assertThat(attempts.provider().probe())
                    .isInstanceOf(ProviderHealth.CredentialRefused.class);
            assertThat(attempts.whole(Attempts.HELLO))
                    .isInstanceOf(Outcome.CredentialRefused.class);
        }

        assertThat(asked).isNotEmpty().noneMatch(form -> form.contains("ExternalId"));
        assertThat(bedrock.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400, Throttling", "400, RegionDisabledException", "500, InternalFailure"})
    void what_else_the_token_service_says_is_no_fault_of_the_request(int answered, String name)
            throws Exception {
        status = answered;
        code = name;

        try (Attempts attempts = assuming(new AwsRole(ROLE, null))) {
            Outcome outcome = attempts.whole(Attempts.HELLO);
            assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
            assertThat(outcome.progress().usage().prompt()).as("nothing was sent").isZero();
        }
    }

    @Test
    void a_token_service_that_is_away_is_no_verdict_on_the_role() throws Exception {
        sts.stop(0);

        try (Attempts attempts = assuming(new AwsRole(ROLE, null))) {
            assertThat(attempts.provider().probe()).isInstanceOf(ProviderHealth.Down.class);
            assertThat(attempts.whole(Attempts.HELLO)).isInstanceOf(Outcome.Unavailable.class);
        }
    }

    @Test
    void all_of_it_ends_with_the_provider() {
        Own own = new Own();

        Attempts.at(bedrock.endpoint(), new AwsRole(ROLE, null), own).close();

        assertThat(own.closed).isTrue();
    }

    /// Who assumes the role.
    private static final class Own implements AwsCredentialsProvider, SdkAutoCloseable {
        private boolean closed;

        @Override
        public AwsCredentials resolveCredentials() {
            return AwsBasicCredentials.create("AKIDX", "s");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Attempts assuming(AwsRole role) {
        return Attempts.at(bedrock.endpoint(), role, new Own());
    }

    private static String credentials() {
        return """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleResult><Credentials>
            <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>t</SecretAccessKey>
            <SessionToken>token-of-the-role</SessionToken><Expiration>%s</Expiration>
          </Credentials></AssumeRoleResult>
        </AssumeRoleResponse>
        """
                .formatted(Instant.now().plusSeconds(3600));
    }

    private static String refusal(String code) {
        return """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>%s</Code><Message>not allowed</Message></Error>
          <RequestId>sts-1</RequestId>
        </ErrorResponse>
        """
                .formatted(code);
    }
}
