package dev.millrace.worker.dialect;

import dev.millrace.worker.provider.ListedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the answer of `GET /models`.
public final class ModelList {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int MOST = 5000;
    private static final List<String> CONTEXT_WINDOWS =
            List.of("max_model_len", "context_window", "context_length", "max_context_length");

    /// What llama.cpp says: what it runs the model with, and what the model was trained for.
    private static final List<String> LLAMA_CPP = List.of("n_ctx", "n_ctx_train");

    private ModelList() {}

    /// The models listed; empty if the bytes are not a list of models in OpenAI's form, which is an
    /// object `list` whose `data` are objects with an `id`. Ollama says `"data":null` where it has
    /// none.
    public static Optional<List<ListedModel>> read(byte[] body) {
        return read(body, false);
    }

    /// As [#read(byte[])], and every entry has to call itself a model: nothing else may be taken
    /// for a model server only because it answers.
    public static Optional<List<ListedModel>> readStrictly(byte[] body) {
        return read(body, true);
    }

    private static Optional<List<ListedModel>> read(byte[] body, boolean strictly) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JacksonException _) {
            return Optional.empty();
        }
        JsonNode data = root.path("data");
        if (!"list".equals(root.path("object").asString(""))
                || !(data.isArray() || data.isNull())
                || data.size() > MOST) {
            return Optional.empty();
        }
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode entry : data) {
            String id = entry.path("id").asString("");
            boolean named = "model".equals(entry.path("object").asString(""));
            if (id.isBlank() || (strictly && !named)) {
                return Optional.empty();
            }
            models.add(new ListedModel(id, contextWindow(entry), List.of()));
        }
        return Optional.of(models);
    }

    private static @Nullable Long contextWindow(JsonNode entry) {
        for (String name : CONTEXT_WINDOWS) {
            if (entry.path(name).isIntegralNumber() && entry.path(name).asLong() > 0) {
                return entry.path(name).asLong();
            }
        }
        for (String name : LLAMA_CPP) {
            JsonNode window = entry.path("meta").path(name);
            if (window.isIntegralNumber() && window.asLong() > 0) {
                return window.asLong();
            }
        }
        return null;
    }
}
