package dev.millrace.worker.anthropic;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Anthropic's dialect. Thread-safe.
public final class AnthropicDialect implements Dialect {
    private final ChatReader reader;

    /// The longest answer of each listed model. The Messages API wants it named; to OpenAI's
    /// clients, none named means as long as there is.
    private volatile Map<String, Integer> longest = Map.of();

    /// @param dropping whether what is not supported is left out of requests
    public AnthropicDialect(boolean dropping) {
        this.reader = MessagesRequest.reader(dropping);
    }

    @Override
    public Map<String, String> credential(String key) {
        return Map.of("x-api-key", key);
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("anthropic-version", "2023-06-01");
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        if (call.operation() == Operation.EMBEDDING) {
            throw Unmappable.operation("Embeddings");
        }
        ChatRequest request = reader.read(call.body());
        int most = longest.getOrDefault(call.model(), MessagesRequest.EVERY_MODELS_LONGEST);
        byte[] body = new MessagesRequest(request).json(call.model(), call.stream(), most);
        return new MessagesExchange(
                "/messages",
                body,
                new Answering(call, created, request.usageAsked(), request.images()));
    }

    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return ErrorBody.read(body);
    }

    @Override
    public String modelsPath() {
        return "/models?limit=1000";
    }

    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        JsonNode list = Bodies.tree(body);
        if (list == null || !list.path("data").isArray()) {
            return Optional.empty();
        }
        List<ListedModel> models = new ArrayList<>();
        Map<String, Integer> answers = new HashMap<>();
        for (JsonNode model : list.path("data")) {
            String id = Bodies.text(model, "id");
            if (id == null || id.isBlank()) {
                return Optional.empty();
            }
            long window = Bodies.tokens(model, "max_input_tokens");
            models.add(new ListedModel(id, window == 0 ? null : window, List.of()));
            int most = (int) Bodies.tokens(model, "max_tokens");
            if (most > 0) {
                answers.put(id, most);
            }
        }
        longest = Map.copyOf(answers);
        return Optional.of(models);
    }

    @Override
    public boolean mayNotList() {
        return true;
    }

    @Override
    public String requestIdHeader() {
        return "request-id";
    }
}
