package dev.millrace.worker.local.servers;

import dev.millrace.configuration.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What Ollama's `/api/show` says of a model.
///
/// @param digest of the model that was shown
/// @param contextWindow that the model was trained for, in tokens; null where it does not say
/// @param capabilities as the configuration document spells them; empty where it does not say
record OllamaModel(String digest, @Nullable Long contextWindow, List<String> capabilities) {

    OllamaModel {
        capabilities = List.copyOf(capabilities);
    }

    static OllamaModel of(String digest, JsonNode shown) {
        return new OllamaModel(
                digest,
                contextWindow(shown.path("model_info")),
                capabilities(NativeAnswer.texts(shown.path("capabilities"))));
    }

    boolean onlyEmbeds() {
        return capabilities.equals(List.of(Capability.EMBEDDINGS.spelling()));
    }

    /// The member's name begins with the architecture's: `llama.context_length`.
    private static @Nullable Long contextWindow(JsonNode info) {
        String architecture = info.path("general.architecture").asString("");
        return NativeAnswer.positive(info.path(architecture + ".context_length"));
    }

    /// What a model writes can always be held to a schema.
    private static List<String> capabilities(Set<String> own) {
        List<Capability> found = new ArrayList<>();
        if (own.contains("completion")) {
            found.add(Capability.CHAT);
            found.add(Capability.JSON_SCHEMA);
        }
        if (own.contains("tools")) {
            found.add(Capability.TOOLS);
        }
        if (own.contains("vision")) {
            found.add(Capability.VISION);
        }
        if (own.contains("embedding")) {
            found.add(Capability.EMBEDDINGS);
        }
        return found.stream().map(Capability::spelling).toList();
    }
}
