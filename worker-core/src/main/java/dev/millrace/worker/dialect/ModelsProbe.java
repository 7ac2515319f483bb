package dev.millrace.worker.dialect;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks `GET /models`: the cheapest call that needs the credential.
final class ModelsProbe {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final UpstreamClient client;
    private final Duration limit;
    private final boolean mayNotList;

    /// @param mayNotList whether an upstream without the endpoint may be ready all the same
    ModelsProbe(UpstreamClient client, Timeouts timeouts, boolean mayNotList) {
        this.client = client;
        this.mayNotList = mayNotList;
        this.limit = timeouts.connect().plus(ANSWER);
    }

    ProviderHealth ask() throws InterruptedException {
        UpstreamResponse response;
        try {
            response = client.send("/models", null, Map.of("accept", "application/json"), limit);
        } catch (UpstreamFailure failure) {
            return new ProviderHealth.Down(String.valueOf(failure.getMessage()));
        }
        try {
            byte[] body = response.body(ANSWER);
            response.finish();
            return health(response.status(), body);
        } catch (UpstreamFailure failure) {
            response.abort();
            return new ProviderHealth.Down(String.valueOf(failure.getMessage()));
        } catch (InterruptedException interrupted) {
            response.abort();
            throw interrupted;
        }
    }

    private ProviderHealth health(int status, byte[] body) {
        return switch (status) {
            case 200 -> {
                Optional<List<ListedModel>> models = ModelList.read(body);
                yield models.<ProviderHealth>map(ProviderHealth.Ready::new)
                        .orElseGet(() -> new ProviderHealth.Down("answers with no list of models"));
            }
            case 401, 402, 403 ->
                    new ProviderHealth.CredentialRefused(
                            "the credential is refused with status " + status);
            case 404, 405, 501 ->
                    mayNotList
                            ? new ProviderHealth.Ready(List.of())
                            : new ProviderHealth.Down("lists no models");
            default -> new ProviderHealth.Down("answers with status " + status);
        };
    }
}
