package dev.millrace.worker.vertex;

import dev.millrace.configuration.Provider;
import dev.millrace.worker.anthropic.MessagesExchange;
import dev.millrace.worker.anthropic.MessagesRequest;
import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.gemini.GeminiDialect;
import dev.millrace.worker.google.GenerateExchange;
import dev.millrace.worker.google.GenerateRequest;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.Tokens;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The dialect of Vertex AI. Thread-safe.
public final class VertexDialect implements Dialect {
    private static final String GLOBAL = "global";
    private static final String GOOGLE = "google/";
    private static final String ANTHROPIC = "anthropic/";

    private final String region;

    /// Of the project in the region: `/projects/p/locations/global`.
    private final String location;

    private final ChatReader geminis;
    private final ChatReader claudes;
    private final Members embeddings;

    private VertexDialect(String project, String region, boolean dropping) {
        this.region = region;
        this.location = "/projects/" + project + "/locations/" + region;
        this.geminis = GenerateRequest.reader(dropping);
        this.claudes = MessagesRequest.reader(dropping);
        this.embeddings = Members.embeddingsAnd(Set.of("dimensions", "task_type"), dropping);
    }

    /// The dialect for a provider as configured; without a region it is the global one.
    public static VertexDialect of(Provider configured) {
        String region = configured.account().region();
        return new VertexDialect(
                Objects.requireNonNull(configured.account().project(), "project"),
                region == null ? GLOBAL : region,
                configured.dropsUnsupported());
    }

    @Override
    public Tokens tokens(@Nullable String key) {
        return new GoogleTokens(key);
    }

    /// Nothing: tokens carry it.
    @Override
    public Map<String, String> credential(String key) {
        return Map.of();
    }

    @Override
    public URI usualBaseUrl() {
        return URI.create(
                switch (region) {
                    case GLOBAL -> "https://aiplatform.googleapis.com/v1";
                    case "us", "eu" -> "https://aiplatform." + region + ".rep.googleapis.com/v1";
                    default -> "https://" + region + "-aiplatform.googleapis.com/v1";
                });
    }

    /// A model is named with its publisher or without; what is called after Claude is Anthropic's.
    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        String model = call.model();
        if (model.startsWith(ANTHROPIC)) {
            return anthropics(call, created, model.substring(ANTHROPIC.length()));
        }
        if (model.startsWith(GOOGLE)) {
            return googles(call, created, model.substring(GOOGLE.length()));
        }
        return model.startsWith("claude")
                ? anthropics(call, created, model)
                : googles(call, created, model);
    }

    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return ErrorBody.read(body);
    }

    /// The location itself: Vertex AI lists no models of publishers for a project.
    @Override
    public String modelsPath() {
        return location;
    }

    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        JsonNode answer = Bodies.tree(body);
        return answer != null && answer.path("name").isString()
                ? Optional.of(List.of())
                : Optional.empty();
    }

    @Override
    public boolean mayNotList() {
        return true;
    }

    private Exchange googles(Call call, Instant created, String model) throws Unmappable {
        String path = location + "/publishers/google/models/" + GeminiDialect.checked(model);
        if (call.operation() == Operation.EMBEDDING) {
            return VertexEmbedExchange.of(
                    path, model, EmbeddingRequest.read(call.body(), embeddings), call);
        }
        ChatRequest request = geminis.read(call.body());
        return new GenerateExchange(
                path + GenerateExchange.method(call.stream()),
                new GenerateRequest(request, model).json(),
                answering(call, created, request));
    }

    private Exchange anthropics(Call call, Instant created, String model) throws Unmappable {
        if (call.operation() == Operation.EMBEDDING) {
            throw Unmappable.operation("Embeddings");
        }
        ChatRequest request = claudes.read(call.body());
        ObjectNode body =
                new MessagesRequest(request)
                        .body(MessagesRequest.EVERY_MODELS_LONGEST)
                        .put("anthropic_version", "vertex-2023-10-16");
        if (call.stream()) {
            body.put("stream", true);
        }
        return new MessagesExchange(
                location
                        + "/publishers/anthropic/models/"
                        + GeminiDialect.checked(model)
                        + (call.stream() ? ":streamRawPredict" : ":rawPredict"),
                Bodies.bytes(body),
                answering(call, created, request));
    }

    private static Answering answering(Call call, Instant created, ChatRequest request) {
        return new Answering(call, created, request.usageAsked(), request.images());
    }
}
