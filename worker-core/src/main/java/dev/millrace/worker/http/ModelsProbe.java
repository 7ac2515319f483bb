package dev.millrace.worker.http;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks for the list of models: the cheapest call that needs the credential. Asks with every key
/// that does not rest, so that a refused one is known before a call meets it.
final class ModelsProbe {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final UpstreamClient client;
    private final Dialect dialect;
    private final KeyRing keys;
    private final @Nullable Tokens tokens;
    private final ErrorOutcomes errors;
    private final Duration limit;
    private final ServerLook server;

    /// @param server asked too, where the models are listed
    ModelsProbe(
            UpstreamClient client,
            Dialect dialect,
            KeyRing keys,
            @Nullable Tokens tokens,
            ErrorOutcomes errors,
            Timeouts timeouts,
            ServerLook server) {
        this.client = client;
        this.dialect = dialect;
        this.keys = keys;
        this.tokens = tokens;
        this.errors = errors;
        this.limit = timeouts.connect().plus(ANSWER);
        this.server = server;
    }

    /// Ready, if the provider takes one key at least; otherwise what it said to the first.
    ProviderHealth ask() throws InterruptedException {
        ProviderHealth found = null;
        KeyRing.Choice taken = null;
        for (KeyRing.Choice key : keys.toProbe()) {
            ProviderHealth health = ask(key);
            switch (health) {
                case ProviderHealth.Ready _ -> {
                    keys.taken(key);
                    taken = key;
                }
                case ProviderHealth.CredentialRefused _ -> {
                    var _ = keys.refused(key);
                }
                case ProviderHealth.Down _ -> {}
            }
            if (found == null || health instanceof ProviderHealth.Ready) {
                found = health;
            }
        }
        return taken != null && found instanceof ProviderHealth.Ready ready
                ? server.at(ready, taken.headers())
                : Objects.requireNonNull(found);
    }

    private ProviderHealth ask(KeyRing.Choice key) throws InterruptedException {
        UpstreamResponse response;
        Map<String, String> headers = new HashMap<>(key.headers());
        headers.put("accept", "application/json");
        try {
            if (tokens != null) {
                headers.putAll(tokens.headers(limit));
            }
            response = client.send(dialect.modelsPath(), null, headers, limit);
        } catch (TokenRefused refused) {
            return new ProviderHealth.CredentialRefused(String.valueOf(refused.getMessage()));
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
        if (status == 200) {
            Optional<List<ListedModel>> models = dialect.models(body);
            return models.<ProviderHealth>map(ProviderHealth.Ready::new)
                    .orElseGet(() -> new ProviderHealth.Down("answers with no list of models"));
        }
        if (errors.of(status, body, null, UpstreamTrace.SILENCE)
                instanceof Outcome.CredentialRefused) {
            return new ProviderHealth.CredentialRefused(
                    "the credential is refused with status " + status);
        }
        return switch (status) {
            case 404, 405, 501 ->
                    dialect.mayNotList()
                            ? new ProviderHealth.Ready(List.of())
                            : new ProviderHealth.Down("lists no models");
            default -> new ProviderHealth.Down("answers with status " + status);
        };
    }
}
