package dev.millrace.worker.cohere;

import dev.millrace.configuration.Capability;
import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Cohere's dialect. Thread-safe.
public final class CohereDialect implements Dialect {
    private static final String VERSION = "/v2";
    private static final String EMBEDDINGS = Capability.EMBEDDINGS.spelling();

    /// Beside what every provider of chat has.
    private static final Set<String> ALSO =
            Set.of(
                    "presence_penalty",
                    "frequency_penalty",
                    "seed",
                    "logprobs",
                    "reasoning_effort",
                    "thinking",
                    "top_k",
                    "safety_mode",
                    "citation_options",
                    "documents",
                    "priority");

    /// The status of an answer that is refused for a word on a deny list, in the request or in what
    /// the model wrote.
    private static final int DENIED_WORD = 498;

    private final ChatReader reader;
    private final Members embeddings;

    /// What the configured base URL ends in, where it ends in a version: the list of models is
    /// beside it, in the first one.
    private final String version;

    /// @param baseUrl as configured. One that ends in `/v2` has the list of models beside it, at
    ///   `/v1/models`, as Cohere has; any other, at `/models` below it
    /// @param dropping whether what is not supported is left out of requests
    public CohereDialect(URI baseUrl, boolean dropping) {
        this.reader = new ChatReader(Members.chatAnd(ALSO, dropping));
        this.embeddings =
                Members.embeddingsAnd(
                        Set.of("dimensions", "input_type", "truncate", "priority"), dropping);
        this.version = baseUrl.toString().endsWith(VERSION) ? VERSION : "";
    }

    @Override
    public URI root(URI baseUrl) {
        String base = baseUrl.toString();
        return URI.create(base.substring(0, base.length() - version.length()));
    }

    @Override
    public Map<String, String> credential(String key) {
        return Map.of("authorization", "Bearer " + key);
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        return switch (call.operation()) {
            case CHAT_COMPLETION -> {
                ChatRequest request = reader.read(call.body());
                byte[] body = new CohereRequest(request).json(call.model(), call.stream());
                yield new CohereExchange(
                        version + "/chat",
                        body,
                        new Answering(call, created, request.usageAsked(), request.images()));
            }
            case EMBEDDING -> CohereEmbeddings.of(call, version + "/embed", embeddings);
        };
    }

    /// `{"message":…,"id":…}`, or what a proxy before Cohere says.
    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return CohereExchange.error(body).or(() -> ErrorBody.read(body));
    }

    @Override
    public boolean refusesContent(int status) {
        return status == DENIED_WORD;
    }

    @Override
    public String modelsPath() {
        return version.isEmpty() ? "/models" : "/v1/models?page_size=1000";
    }

    /// Those that can chat or embed: others rerank or classify, which nobody can ask for.
    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        JsonNode list = Bodies.tree(body);
        if (list == null || !list.path("models").isArray()) {
            return Optional.empty();
        }
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode model : list.path("models")) {
            String name = Bodies.text(model, "name");
            if (name == null || name.isBlank()) {
                return Optional.empty();
            }
            JsonNode endpoints = model.path("endpoints");
            if (endpoints.isEmpty() || has(endpoints, "chat")) {
                long window = Bodies.tokens(model, "context_length");
                models.add(new ListedModel(name, window == 0 ? null : window, List.of()));
            } else if (has(endpoints, "embed")) {
                // Its context is that of each text, not of all of them.
                models.add(new ListedModel(name, null, List.of(EMBEDDINGS)));
            }
        }
        return Optional.of(models);
    }

    @Override
    public boolean mayNotList() {
        return true;
    }

    @Override
    public String requestIdHeader() {
        return "x-debug-trace-id";
    }

    private static boolean has(JsonNode endpoints, String name) {
        for (JsonNode endpoint : endpoints) {
            if (endpoint.asString("").equals(name)) {
                return true;
            }
        }
        return false;
    }
}
