package dev.millrace.worker.http;

import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one kind of provider speaks over HTTP. Thread-safe; [HttpProvider] does everything that is
/// the same for all of them.
public interface Dialect {

    /// The headers that carry a key.
    Map<String, String> credential(String key);

    /// Fetches what [#credential] cannot carry, because it changes from time to time.
    ///
    /// @param key as configured; null for none
    /// @return null where the credential is the key alone
    default @Nullable Tokens tokens(@Nullable String key) {
        return null;
    }

    /// Where the provider listens unless the configuration says otherwise; null where nobody knows.
    default @Nullable URI usualBaseUrl() {
        return null;
    }

    /// What all paths lie below: the base URL, or as much of it as they have in common.
    default URI root(URI baseUrl) {
        return baseUrl;
    }

    /// Headers of every request that are not the credential's.
    default Map<String, String> headers() {
        return Map.of();
    }

    /// Puts a call into the provider's terms.
    ///
    /// @param created when the call began
    /// @throws Unmappable if the body is no request, or asks for what the provider does not have
    Exchange exchange(Call call, Instant created) throws Unmappable;

    /// The error that the body of an answer holds; empty if it holds none.
    Optional<UpstreamError> error(byte[] body);

    /// Whether an error's status alone says that the provider refuses the content.
    default boolean refusesContent(int status) {
        return false;
    }

    /// Below the root: the cheapest question that needs the credential, best a list of models.
    String modelsPath();

    /// The models that the answer to it lists; empty if it is no such answer.
    Optional<List<ListedModel>> models(byte[] body);

    /// Whether a provider that has no list of models may be ready all the same.
    boolean mayNotList();

    /// What the provider's server tells of itself beside its models; asked for once.
    default ServerProbe server() {
        return ServerProbe.NONE;
    }

    /// The header with the provider's own id of a call.
    default String requestIdHeader() {
        return "x-request-id";
    }
}
