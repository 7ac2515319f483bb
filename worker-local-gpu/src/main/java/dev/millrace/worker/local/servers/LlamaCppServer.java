package dev.millrace.worker.local.servers;

import dev.millrace.configuration.Capability;
import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// llama.cpp's server, as its README (`tools/server`) has it.
///
/// - `/health` is 503 while it loads its model; the list of models is there already.
/// - `/props` has the number of slots, the context of each, and whether it takes images. A router,
///   which starts a server for each model, has no slots of its own; its `/models` says which of
///   them are loaded.
/// - `/slots` and `/metrics` may be turned off (501). To a server that sleeps when nobody calls
///   they are calls, and would keep it awake or wake it: one that tells in `/props` whether it
///   sleeps is asked only when there were calls.
final class LlamaCppServer implements ServerProbe {
    private volatile Set<String> cold = Set.of();

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        if (NativeAnswer.refuses(questions.get("/health"))) {
            return new ProviderHealth.Down("the server is still loading its model");
        }
        JsonNode props = NativeAnswer.json(questions.get("/props"));
        Integer slots = NativeAnswer.count(props.path("total_slots"));
        JsonNode sleeping = props.path("is_sleeping");
        if (slots == null) {
            cold = unloaded(questions);
            return new ProviderHealth.Ready(listed);
        }
        cold = sleeping.asBoolean(false) ? names(listed) : Set.of();
        boolean mayDisturb = !sleeping.isBoolean() || !called.isEmpty();
        ServerLoad load =
                mayDisturb && cold.isEmpty()
                        ? load(slots, questions)
                        : ServerLoad.requests(null, null, slots);
        return new ProviderHealth.Ready(described(listed, props), load);
    }

    @Override
    public boolean isCold(String model) {
        return cold.contains(model);
    }

    private static ServerLoad load(int slots, ServerQuestions questions)
            throws InterruptedException {
        Integer busy = busy(NativeAnswer.json(questions.get("/slots")));
        Gauges gauges = NativeAnswer.gauges(questions.get("/metrics"));
        return new ServerLoad(
                busy == null ? gauges.sum("llamacpp:requests_processing") : busy,
                gauges.sum("llamacpp:requests_deferred"),
                slots,
                gauges.largestShare("llamacpp:kv_cache_usage_ratio"),
                null);
    }

    private static @Nullable Integer busy(JsonNode slots) {
        if (!slots.isArray()) {
            return null;
        }
        int busy = 0;
        for (JsonNode slot : slots) {
            busy += slot.path("is_processing").asBoolean(false) ? 1 : 0;
        }
        return busy;
    }

    /// A server of one model lists one.
    private static List<ListedModel> described(List<ListedModel> listed, JsonNode props) {
        if (listed.size() != 1) {
            return listed;
        }
        ListedModel model = listed.getFirst();
        Long window =
                NativeAnswer.positive(props.path("default_generation_settings").path("n_ctx"));
        return List.of(
                new ListedModel(
                        model.name(),
                        window == null ? model.contextWindow() : window,
                        capabilities(props.path("modalities").path("vision"))));
    }

    /// Nothing but images is ruled out: the server does not tell the rest.
    private static List<String> capabilities(JsonNode vision) {
        if (!vision.isBoolean()) {
            return List.of();
        }
        return Stream.of(
                        Capability.CHAT,
                        Capability.TOOLS,
                        Capability.JSON_SCHEMA,
                        Capability.EMBEDDINGS,
                        Capability.VISION)
                .filter(capability -> vision.asBoolean() || capability != Capability.VISION)
                .map(Capability::spelling)
                .toList();
    }

    private static Set<String> unloaded(ServerQuestions questions) throws InterruptedException {
        Set<String> unloaded = new HashSet<>();
        for (JsonNode model : NativeAnswer.json(questions.get("/models")).path("data")) {
            String status = model.path("status").path("value").asString("loaded");
            if (!status.equals("loaded")) {
                unloaded.add(model.path("id").asString(""));
            }
        }
        return unloaded;
    }

    private static Set<String> names(List<ListedModel> listed) {
        Set<String> names = new HashSet<>();
        listed.forEach(model -> names.add(model.name()));
        return names;
    }
}
