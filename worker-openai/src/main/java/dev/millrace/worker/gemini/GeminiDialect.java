package dev.millrace.worker.gemini;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.google.GenerateExchange;
import dev.millrace.worker.google.GenerateRequest;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The dialect of Google's Gemini API. Thread-safe.
public final class GeminiDialect implements Dialect {
    private static final String MODELS = "models/";

    /// What names of models are made of: they go into paths, and clients may choose them.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]+");

    private final ChatReader reader;
    private final Members embeddings;

    /// @param dropping whether what is not supported is left out of requests
    public GeminiDialect(boolean dropping) {
        this.reader = GenerateRequest.reader(dropping);
        this.embeddings = Members.embeddingsAnd(Set.of("dimensions", "task_type"), dropping);
    }

    /// A model's name, fit for a path.
    ///
    /// @throws Unmappable if it is none
    public static String checked(String model) throws Unmappable {
        if (!NAME.matcher(model).matches()) {
            throw Unmappable.malformed("model", "The provider has no model of such a name.");
        }
        return model;
    }

    @Override
    public Map<String, String> credential(String key) {
        return Map.of("x-goog-api-key", key);
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        String path = "/" + path(call.model());
        if (call.operation() == Operation.EMBEDDING) {
            EmbeddingRequest request = EmbeddingRequest.read(call.body(), embeddings);
            return new BatchEmbedExchange(
                    path + ":batchEmbedContents", path(call.model()), request, call);
        }
        ChatRequest request = reader.read(call.body());
        return new GenerateExchange(
                path + GenerateExchange.method(call.stream()),
                new GenerateRequest(request, call.model()).json(),
                new Answering(call, created, request.usageAsked(), request.images()));
    }

    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return ErrorBody.read(body);
    }

    @Override
    public String modelsPath() {
        return "/models?pageSize=1000";
    }

    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        JsonNode list = Bodies.tree(body);
        if (list == null || !list.path("models").isArray()) {
            return Optional.empty();
        }
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode entry : list.path("models")) {
            String name = Bodies.text(entry, "name");
            if (name == null || !name.startsWith(MODELS) || name.length() == MODELS.length()) {
                return Optional.empty();
            }
            ListedModel model = listed(name.substring(MODELS.length()), entry);
            if (model != null) {
                models.add(model);
            }
        }
        return Optional.of(models);
    }

    @Override
    public boolean mayNotList() {
        return false;
    }

    /// Null for a model that is neither for chat nor for embeddings.
    private static @Nullable ListedModel listed(String name, JsonNode entry) {
        long window = Bodies.tokens(entry, "inputTokenLimit");
        boolean embeds = false;
        for (JsonNode method : entry.path("supportedGenerationMethods")) {
            switch (method.asString("")) {
                case "generateContent" -> {
                    return new ListedModel(name, window == 0 ? null : window, List.of());
                }
                case "embedContent", "batchEmbedContents" -> embeds = true;
                default -> {}
            }
        }
        return embeds
                ? new ListedModel(name, window == 0 ? null : window, List.of("embeddings"))
                : null;
    }

    /// Tuned models have a collection of their own.
    private static String path(String model) throws Unmappable {
        String tuned = "tunedModels/";
        return model.startsWith(tuned)
                ? tuned + checked(model.substring(tuned.length()))
                : MODELS + checked(model);
    }
}
