package dev.millrace.worker.local.servers;

import dev.millrace.configuration.Provider;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.dialect.OpenAiExchange;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// OpenAI's dialect, spoken by a self-hosted server that has endpoints of its own beside it. Their
/// paths begin where `/v1` does, so that is what all paths lie below. Thread-safe.
public final class ServerDialect implements Dialect {
    private static final String VERSION = "/v1";

    private final OpenAiDialect openAi;
    private final @Nullable URI usualBaseUrl;
    private final String version;
    private final ServerProbe server;

    private ServerDialect(Provider configured, ServerProbe server) {
        URI baseUrl =
                configured.baseUrl() == null
                        ? configured.kind().defaultBaseUrl()
                        : configured.baseUrl();
        this.openAi = OpenAiDialect.of(configured, false);
        this.usualBaseUrl = configured.kind().defaultBaseUrl();
        this.version = baseUrl != null && hasVersion(baseUrl) ? VERSION : "";
        this.server = server;
    }

    /// The dialect of a self-hosted provider.
    ///
    /// @throws IllegalArgumentException for a kind that is not self-hosted
    public static ServerDialect of(Provider configured) {
        ServerProbe server =
                switch (configured.kind()) {
                    case VLLM -> new VllmServer();
                    case LLAMA_CPP -> new LlamaCppServer();
                    case OLLAMA -> new OllamaServer(configured.keepAlive());
                    case LM_STUDIO -> new LmStudioServer();
                    case LOCALAI -> new LocalAiServer();
                    case HUGGING_FACE -> new HuggingFaceServer();
                    case OPENAI,
                            OPENAI_COMPATIBLE,
                            AZURE_OPENAI,
                            ANTHROPIC,
                            GEMINI,
                            VERTEX_AI,
                            COHERE,
                            BEDROCK ->
                            throw new IllegalArgumentException(
                                    configured.kind().spelling() + " is not self-hosted");
                };
        return new ServerDialect(configured, server);
    }

    @Override
    public @Nullable URI usualBaseUrl() {
        return usualBaseUrl;
    }

    @Override
    public URI root(URI baseUrl) {
        String address = baseUrl.toString();
        return version.isEmpty()
                ? baseUrl
                : URI.create(address.substring(0, address.lastIndexOf(VERSION)));
    }

    @Override
    public Map<String, String> headers() {
        return openAi.headers();
    }

    @Override
    public Map<String, String> credential(String key) {
        return openAi.credential(key);
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        return OpenAiExchange.of(call, version + OpenAiDialect.path(call.operation()));
    }

    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return openAi.error(body);
    }

    @Override
    public String modelsPath() {
        return version + openAi.modelsPath();
    }

    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        return openAi.models(body);
    }

    @Override
    public boolean mayNotList() {
        return openAi.mayNotList();
    }

    @Override
    public ServerProbe server() {
        return server;
    }

    private static boolean hasVersion(URI baseUrl) {
        String path = Objects.requireNonNullElse(baseUrl.getPath(), "");
        return path.endsWith(VERSION) || path.endsWith(VERSION + "/");
    }
}
