package dev.millrace.worker.bedrock;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ListAsyncInvokesResponse;

/// Asks whether Bedrock answers and takes the credential, with the one call of the runtime's API
/// that is signed, free and runs no model: ListAsyncInvokes. A credential that may not list is
/// known to Bedrock all the same, and may well call models. Models are listed by another API, so
/// none are found: they are reached by the targets of the configuration, or by their own names.
final class Probe {
    private static final ProviderHealth READY = new ProviderHealth.Ready(List.of());

    private final BedrockRuntimeAsyncClient client;
    private final Duration patience;

    Probe(BedrockRuntimeAsyncClient client, Timeouts timeouts) {
        this.client = client;
        this.patience = timeouts.connect().plus(timeouts.idle());
    }

    ProviderHealth ask() throws InterruptedException {
        CompletableFuture<ListAsyncInvokesResponse> answer =
                Calls.start(() -> client.listAsyncInvokes(request -> request.maxResults(1)));
        try {
            answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return READY;
        } catch (TimeoutException _) {
            return new ProviderHealth.Down("no answer in time");
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof AwsServiceException said
                    ? said(said)
                    : silent(failed);
        } finally {
            answer.cancel(true);
        }
    }

    private static ProviderHealth said(AwsServiceException said) {
        int status = said.statusCode();
        String name = FailureOutcomes.errorName(said);
        if (status >= 500) {
            return new ProviderHealth.Down("status " + status);
        }
        boolean mayNotList = status == 403 && name.equals("AccessDeniedException");
        boolean refused =
                status == 401
                        || status == 403
                        || name.equals("UnrecognizedClientException")
                        || name.startsWith("ExpiredToken");
        return refused && !mayNotList ? new ProviderHealth.CredentialRefused(name) : READY;
    }

    private static ProviderHealth silent(Exception failed) {
        return switch (ClientFailure.of(failed)) {
            case NO_CREDENTIAL ->
                    new ProviderHealth.CredentialRefused("the AWS SDK finds no credential");
            case NOT_REACHED -> new ProviderHealth.Down("the endpoint cannot be reached");
            case BROKEN, NONSENSE -> new ProviderHealth.Down("no answer of Bedrock's");
            case TOO_SLOW -> new ProviderHealth.Down("no answer in time");
        };
    }
}
