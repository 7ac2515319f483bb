package dev.millrace.worker.bedrock;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.bedrock.converse.ConverseOptions;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.UnusableProvider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/// Makes providers of the kind `bedrock`. `api-key` is a Bedrock API key, sent as a bearer token;
/// without one the SDK's default chain finds the credential, which may assume a `role`. `region`
/// may be left to the SDK too, and `base-url` takes the place of the region's endpoint.
public final class BedrockProviders implements ProviderFactory {
    /// For probes, and for connections that are only being closed.
    private static final int SPARE_CONNECTIONS = 8;

    private static final Duration IDLE = Duration.ofSeconds(50);

    private final InstantSource clock;
    private final @Nullable AwsCredentialsProvider credentials;

    /// @param clock for timeouts and for the answers' dates
    public BedrockProviders(InstantSource clock) {
        this(clock, null);
    }

    /// @param credentials in place of the SDK's default chain
    BedrockProviders(InstantSource clock, @Nullable AwsCredentialsProvider credentials) {
        this.clock = clock;
        this.credentials = credentials;
    }

    @Override
    public Set<ProviderKind> kinds() {
        return Set.of(ProviderKind.BEDROCK);
    }

    /// A provider as configured; one that refuses every call where neither the configuration nor
    /// the SDK's chain names a region.
    ///
    /// @throws SecretMissing if the key or a header refers to a secret that is not there
    @Override
    public Provider create(dev.millrace.configuration.Provider configured, Secrets secrets)
            throws SecretMissing {
        List<String> hidden = new ArrayList<>();
        URI endpoint = configured.baseUrl();
        if (endpoint != null && endpoint.getHost() != null) {
            hidden.add(endpoint.getHost());
        }
        ClientOverrideConfiguration.Builder override =
                ClientOverrideConfiguration.builder().retryStrategy(AwsRetryStrategy.doNotRetry());
        for (Map.Entry<String, String> header : configured.headers().entrySet()) {
            String value = secrets.valueOf(header.getValue());
            override.putHeader(header.getKey(), value);
            hidden.add(value);
        }
        String key = null;
        if (configured.apiKey() != null) {
            key = secrets.resolve(configured.apiKey());
            hidden.add(key);
        }
        BedrockRuntimeAsyncClient client;
        try {
            client = builder(configured, key, override.build()).build();
        } catch (SdkClientException unconfigured) {
            return UnusableProvider.withoutCredential(
                    "the AWS SDK is not configured: " + unconfigured.getMessage());
        }
        return new BedrockProvider(
                client,
                configured.timeouts(),
                new ConverseOptions.Reader(
                        configured.account().guardrail(), configured.dropsUnsupported()),
                new Rejections(hidden),
                clock);
    }

    private BedrockRuntimeAsyncClientBuilder builder(
            dev.millrace.configuration.Provider configured,
            @Nullable String key,
            ClientOverrideConfiguration override) {
        BedrockRuntimeAsyncClientBuilder builder =
                BedrockRuntimeAsyncClient.builder()
                        .overrideConfiguration(override)
                        // What completes a call only puts a signal into a queue.
                        .asyncConfiguration(async ->
                                async.advancedOption(
                                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR,
                                        Runnable::run))
                        .httpClientBuilder(
                                http(configured.timeouts(), configured.limits().concurrency()));
        if (configured.baseUrl() != null) {
            builder.endpointOverride(configured.baseUrl());
        }
        String name = configured.account().region();
        Region region = name == null ? null : Region.of(name);
        if (region != null) {
            builder.region(region);
        }
        if (key != null) {
            builder.tokenProvider(StaticTokenProvider.create(() -> key))
                    .authSchemeProvider(
                            BedrockRuntimeAuthSchemeProvider.defaultProvider(
                                    List.of("httpBearerAuth")));
        } else if (configured.account().role() != null) {
            // Closed with the client.
            builder.credentialsProvider(
                    new AssumedRole(configured.account().role(), region, credentials));
        } else if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        return builder;
    }

    /// HTTP/1.1, so that a call has a connection of its own, which closes with it, and endpoints
    /// without TLS can be spoken to. The waits of a call are watched where its outcome is made; the
    /// client's own only have to be longer.
    private static NettyNioAsyncHttpClient.Builder http(Timeouts timeouts, int concurrency) {
        Duration longest = timeouts.total().plusSeconds(5);
        return NettyNioAsyncHttpClient.builder()
                .protocol(Protocol.HTTP1_1)
                .maxConcurrency(concurrency + SPARE_CONNECTIONS)
                .connectionTimeout(timeouts.connect())
                .tlsNegotiationTimeout(timeouts.connect())
                .connectionAcquisitionTimeout(timeouts.connect().plusSeconds(1))
                .readTimeout(longest)
                .writeTimeout(longest)
                .connectionMaxIdleTime(IDLE);
    }
}
