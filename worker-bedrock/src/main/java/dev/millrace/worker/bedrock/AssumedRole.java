package dev.millrace.worker.bedrock;

import dev.millrace.configuration.AwsRole;
import java.net.ConnectException;
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
import software.amazon.awssdk.services.sts.model.StsException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/// The credentials of a role, for an hour each. They are renewed before they expire, by a thread of
/// their own: no call waits for that but the first. Thread-safe.
final class AssumedRole implements AwsCredentialsProvider, SdkAutoCloseable {
    /// What AWS's logs show as the one who called.
    private static final String SESSION = "millrace";

    /// What the token service answers to who may not assume the role, or is nobody.
    private static final int FORBIDDEN = 403;

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
                                        .socketTimeout(PATIENCE))
                        .overrideConfiguration(all -> all.apiCallTimeout(PATIENCE));
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

    /// @throws StsException if the role may not be assumed
    /// @throws SdkClientException if nobody is there to assume it, or that could not be asked: then
    ///   the call was not sent
    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return credentials.resolveCredentials();
        } catch (StsException said) {
            if (said.statusCode() == FORBIDDEN) {
                throw said;
            }
            throw unasked(FailureOutcomes.errorName(said));
        } catch (SdkClientException failed) {
            if (ClientFailure.of(failed) == ClientFailure.NO_CREDENTIAL) {
                throw failed;
            }
            throw unasked("it cannot be reached");
        }
    }

    private static SdkClientException unasked(String reason) {
        String words = "the token service: " + reason;
        return SdkClientException.create(words, new ConnectException(words));
    }

    @Override
    public void close() {
        credentials.close();
        sts.close();
    }
}
