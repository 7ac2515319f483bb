package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.AwsRole;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;

/// Makes providers for tests, and calls through them.
final class Attempts implements AutoCloseable {
    static final String KEY = "bedrock-api-key-of-the-tests";
    static final String MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";
    static final long ESTIMATED_PROMPT = 11;
    static final Timeouts PATIENT =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));
    static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    static final String HELLO_STREAM =
            "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /// Keeps the SDK's event loops, which take two seconds to end with the last client.
    static final SdkAsyncHttpClient KEEPS_LOOPS = NettyNioAsyncHttpClient.create();

    private final Provider provider;
    private final InstantSource clock;
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

    private Attempts(Provider provider, InstantSource clock) {
        this.provider = provider;
        this.clock = clock;
    }

    static Attempts at(URI endpoint) {
        return at(endpoint, PATIENT, InstantSource.system());
    }

    static Attempts at(URI endpoint, Timeouts timeouts, InstantSource clock) {
        try {
            Provider provider =
                    new BedrockProviders(clock)
                            .create(
                                    configured(
                                            endpoint, SecretReference.environment("KEY"), timeouts),
                                    new Secrets(Map.of("KEY", KEY)));
            return new Attempts(provider, clock);
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    /// Without a key, by a role.
    static Attempts at(URI endpoint, AwsRole role, AwsCredentialsProvider own) {
        Account account = new Account(null, null, "eu-central-1", null, role, null);
        InstantSource clock = InstantSource.system();
        try {
            Provider provider =
                    new BedrockProviders(clock, own)
                            .create(
                                    configured(endpoint, null, account, PATIENT),
                                    new Secrets(Map.of()));
            return new Attempts(provider, clock);
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    static dev.millrace.configuration.Provider configured(
            URI endpoint, @Nullable SecretReference key, Timeouts timeouts) {
        Account account = new Account(null, null, "eu-central-1", null);
        return configured(endpoint, key, account, timeouts);
    }

    private static dev.millrace.configuration.Provider configured(
            URI endpoint, @Nullable SecretReference key, Account account, Timeouts timeouts) {
        return new dev.millrace.configuration.Provider(
                "aws",
                ProviderKind.BEDROCK,
                endpoint,
                key == null ? List.of() : List.of(new ProviderKey(key)),
                account,
                Map.of("x-team", "millrace"),
                Location.CLOUD,
                new Limits(8, null, null),
                false,
                timeouts);
    }

    Outcome whole(String body) throws InterruptedException {
        return attempt(body, Operation.CHAT_COMPLETION, false);
    }

    Outcome streamed(String body) throws InterruptedException {
        return attempt(body, Operation.CHAT_COMPLETION, true);
    }

    Outcome attempt(String body, Operation operation, boolean stream) throws InterruptedException {
        return attempt(MODEL, body, operation, stream);
    }

    Outcome attempt(String model, String body, Operation operation, boolean stream)
            throws InterruptedException {
        Call call =
                new Call(
                        new UUID(0, 1),
                        operation,
                        model,
                        body.getBytes(UTF_8),
                        stream,
                        ESTIMATED_PROMPT,
                        _ ->
                                Optional.of(
                                        new Pricing.Cost(new BigDecimal("0.000123000000"), "USD")));
        Instant hourOn = clock.instant().plusSeconds(3600);
        return provider.attempt(
                call, new Deadline(hourOn, clock), chunks -> sent.add(new String(chunks, UTF_8)));
    }

    /// What was sent to the client.
    String sent() {
        return String.join("", sent);
    }

    Provider provider() {
        return provider;
    }

    @Override
    public void close() {
        provider.close();
    }
}
