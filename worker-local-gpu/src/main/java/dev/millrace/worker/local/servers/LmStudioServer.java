package dev.millrace.worker.local.servers;

import dev.millrace.configuration.Capability;
import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// LM Studio. Its own list of models (`/api/v0/models`,
/// <https://lmstudio.ai/docs/app/api/endpoints/rest>) says what each is, whether it is loaded, and
/// the context that it was loaded with or may have.
final class LmStudioServer implements ServerProbe {
    private static final List<Capability> TEXT =
            List.of(Capability.CHAT, Capability.TOOLS, Capability.JSON_SCHEMA);

    private volatile Loaded loaded = Loaded.UNKNOWN;

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        JsonNode data = NativeAnswer.json(questions.get("/api/v0/models")).path("data");
        Map<String, JsonNode> own = new HashMap<>();
        Set<String> inMemory = new HashSet<>();
        for (JsonNode model : data) {
            String name = model.path("id").asString("");
            own.put(name, model);
            if (model.path("state").asString("").equals("loaded")) {
                inMemory.add(name);
            }
        }
        loaded = data.isArray() ? Loaded.these(inMemory) : Loaded.UNKNOWN;
        return new ProviderHealth.Ready(
                listed.stream().map(model -> described(model, own.get(model.name()))).toList());
    }

    @Override
    public boolean isCold(String model) {
        return !loaded.has(model);
    }

    private static ListedModel described(ListedModel model, @Nullable JsonNode own) {
        if (own == null) {
            return model;
        }
        Long window = NativeAnswer.positive(own.path("loaded_context_length"));
        if (window == null) {
            window = NativeAnswer.positive(own.path("max_context_length"));
        }
        return new ListedModel(
                model.name(),
                window == null ? model.contextWindow() : window,
                capabilities(own.path("type").asString("")));
    }

    /// Tools and JSON by a schema work with every model: LM Studio prompts those that were not
    /// trained for tools, and constrains what they write.
    private static List<String> capabilities(String type) {
        return switch (type) {
            case "llm" -> TEXT.stream().map(Capability::spelling).toList();
            case "vlm" ->
                    Stream.concat(TEXT.stream(), Stream.of(Capability.VISION))
                            .map(Capability::spelling)
                            .toList();
            case "embeddings" -> List.of(Capability.EMBEDDINGS.spelling());
            default -> List.of();
        };
    }
}
