package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ollama (`docs/api.md` there).
///
/// - `/api/tags` has each model's digest, `/api/show` what the model can and the context that it
///   was trained for: asked once for each digest.
/// - `/api/ps` has the models that are loaded, and the context that each was loaded with, which is
///   often shorter: a longer prompt is cut there, in silence.
/// - How long a model stays cannot be said under `/v1`, whose requests have no such member; there a
///   model stays for as long as was said last (`server/sched.go`, `useLoadedRunner`). An empty
///   `/api/generate` says it and computes nothing; for a model that only embeds, `/api/embed` does.
final class OllamaServer implements ServerProbe {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// What a look may ask of models that are new: the others have their turn in the next one.
    private static final int MOST_SHOWN = 8;

    private static final int SERVER_ERROR = 500;

    private final @Nullable Duration keepAlive;
    private final Map<String, OllamaModel> shown = new HashMap<>();
    private volatile Loaded loaded = Loaded.UNKNOWN;

    /// @param keepAlive how long a model is to stay after a call; null to leave that to the server
    OllamaServer(@Nullable Duration keepAlive) {
        this.keepAlive = keepAlive;
    }

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        Map<String, Long> running = running(questions);
        show(listed, questions);
        if (keepAlive != null) {
            for (String model : called) {
                if (loaded.has(tagged(model))) {
                    keep(tagged(model), keepAlive, questions);
                }
            }
        }
        return new ProviderHealth.Ready(
                listed.stream()
                        .map(model -> described(model, running.get(tagged(model.name()))))
                        .toList());
    }

    @Override
    public boolean isCold(String model) {
        return !loaded.has(tagged(model));
    }

    /// The context that each loaded model was loaded with; 0 where the server does not say.
    private Map<String, Long> running(ServerQuestions questions) throws InterruptedException {
        JsonNode models = NativeAnswer.json(questions.get("/api/ps")).path("models");
        Map<String, Long> running = new HashMap<>();
        for (JsonNode model : models) {
            running.put(
                    tagged(model.path("name").asString("")),
                    model.path("context_length").asLong(0));
        }
        loaded = models.isArray() ? Loaded.these(running.keySet()) : Loaded.UNKNOWN;
        return running;
    }

    private void show(List<ListedModel> listed, ServerQuestions questions)
            throws InterruptedException {
        Map<String, String> digests = new HashMap<>();
        for (JsonNode model : NativeAnswer.json(questions.get("/api/tags")).path("models")) {
            digests.put(model.path("name").asString(""), model.path("digest").asString(""));
        }
        shown.keySet().retainAll(listed.stream().map(ListedModel::name).toList());
        int asked = 0;
        for (ListedModel model : listed) {
            String name = model.name();
            OllamaModel known = shown.get(name);
            String digest = digests.getOrDefault(name, known == null ? "" : known.digest());
            if (known != null && known.digest().equals(digest)) {
                continue;
            }
            if (asked == MOST_SHOWN) {
                return;
            }
            asked++;
            var answer = questions.post("/api/show", json(Map.of("model", name)));
            if (answer.isEmpty()) {
                return;
            }
            if (answer.get().status() < SERVER_ERROR) {
                shown.put(name, OllamaModel.of(digest, NativeAnswer.json(answer)));
            }
        }
    }

    private void keep(String model, Duration time, ServerQuestions questions)
            throws InterruptedException {
        OllamaModel known = shown.get(model);
        boolean embeds = known != null && known.onlyEmbeds();
        var _ =
                questions.post(
                        embeds ? "/api/embed" : "/api/generate",
                        json(Map.of("model", model, "keep_alive", time.toMillis() + "ms")));
    }

    private ListedModel described(ListedModel model, @Nullable Long runsWith) {
        OllamaModel known = shown.get(model.name());
        Long trained = known == null ? null : known.contextWindow();
        return new ListedModel(
                model.name(),
                runsWith != null && runsWith > 0 ? runsWith : trained,
                known == null ? List.of() : known.capabilities());
    }

    /// A name without a tag means `latest`.
    private static String tagged(String name) {
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }

    private static byte[] json(Map<String, String> members) {
        return MAPPER.writeValueAsString(members).getBytes(UTF_8);
    }
}
