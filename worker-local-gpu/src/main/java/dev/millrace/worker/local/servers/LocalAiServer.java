package dev.millrace.worker.local.servers;

import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// LocalAI. `/system` says which models are loaded
/// (<https://localai.io/docs/reference/system-info/>), `/api/resources` how much of the GPUs'
/// memory is in use. Both are for its administrators: with another key they are refused, and
/// nothing is known.
final class LocalAiServer implements ServerProbe {
    private static final double PERCENT = 100;

    private volatile Loaded loaded = Loaded.UNKNOWN;

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        JsonNode models = NativeAnswer.json(questions.get("/system")).path("loaded_models");
        if (!models.isArray()) {
            loaded = Loaded.UNKNOWN;
            return new ProviderHealth.Ready(listed);
        }
        Set<String> names = new HashSet<>();
        for (JsonNode model : models) {
            names.add(model.path("id").asString(""));
        }
        loaded = Loaded.these(names);
        JsonNode resources = NativeAnswer.json(questions.get("/api/resources"));
        return new ProviderHealth.Ready(
                listed, new ServerLoad(null, null, null, null, gpuMemory(resources)));
    }

    @Override
    public boolean isCold(String model) {
        return !loaded.has(model);
    }

    private static @Nullable Double gpuMemory(JsonNode resources) {
        JsonNode percent = resources.path("aggregate").path("usage_percent");
        if (!resources.path("type").asString("").equals("gpu") || !percent.isNumber()) {
            return null;
        }
        double share = percent.asDouble() / PERCENT;
        return share >= 0 && share <= 1 ? share : null;
    }
}
