package dev.millrace.worker.local;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Where a kind of model server listens on its own machine unless it is told otherwise.
///
/// @param port on loopback
/// @param concurrency how many calls it is given at once: vLLM batches as many as it gets, the
///   others work on a few and let the rest wait
public record UsualPlace(ProviderKind kind, int port, int concurrency) {

    /// The servers that are looked for.
    public static final List<UsualPlace> ALL =
            List.of(
                    new UsualPlace(ProviderKind.OLLAMA, 11434, 16),
                    new UsualPlace(ProviderKind.VLLM, 8000, 64),
                    new UsualPlace(ProviderKind.LLAMA_CPP, 8080, 16),
                    new UsualPlace(ProviderKind.LM_STUDIO, 1234, 16));

    /// A machine without a GPU takes minutes to read a long prompt.
    private static final Duration FIRST_TOKEN = Duration.ofSeconds(180);

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port + "/v1");
    }

    /// The provider that a server found here is served as, named after its kind.
    Provider provider() {
        return new Provider(
                kind.spelling(),
                kind,
                baseUrl(),
                List.of(),
                Account.USUAL,
                Map.of(),
                Location.LOCAL,
                new Limits(concurrency, null, null),
                false,
                timeouts());
    }

    private Timeouts timeouts() {
        return new Timeouts(
                Duration.ofSeconds(2),
                FIRST_TOKEN,
                Duration.ofSeconds(60),
                Duration.ofSeconds(900),
                kind.loadsOnDemand() ? Timeouts.LOADING : FIRST_TOKEN);
    }
}
