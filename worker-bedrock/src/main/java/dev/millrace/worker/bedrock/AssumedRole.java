package dev.millrace.worker.bedrock;

import dev.millrace.configuration.AwsRole;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/// The credentials of a role, for an hour each. They are renewed before they expire, by a thread of
/// their own: no call waits for that but the first. Thread-safe.
final class AssumedRole implements AwsCredentialsProvider, SdkAutoCloseable {
    /// What AWS's logs show as the one who called.
    private static final String SESSION = "millrace";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StsClient sts;
    private final StsAssumeRoleCredentialsProvider credentials;

    /// @param region whose token service is asked; null to leave it to the SDK's chain
    /// @param own who assumes the role; null for the SDK's default chain
    /// @throws SdkClientException if no region is known
    AssumedRole(AwsRole role, @Nullable Region region, @Nullable AwsCredentialsProvider own) {
        StsClientBuilder builder =
                StsClient.builder()
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(PATIENCE)
                                        .socketTimeout(PATIENCE));
        if (region != null) {
            builder.region(region);
        }
        if (own != null) {
            builder.credentialsProvider(own);
        }
        this.sts = builder.build();
        this.credentials =
                StsAssumeRoleCredentialsProvider.builder()
                        .stsClient(sts)
                        .asyncCredentialUpdateEnabled(true)
                        .refreshRequest(request ->
                                request.roleArn(role.arn())
                                        .externalId(role.externalId())
                                        .roleSessionName(SESSION))
                        .build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return credentials.resolveCredentials();
    }

    @Override
    public void close() {
        credentials.close();
        sts.close();
    }
}
