package dev.millrace.worker.gemini;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.dialect.EmbeddingExchange;
import dev.millrace.worker.provider.Call;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call for embeddings.
///
/// @param path below the base URL
/// @param model its resource name
record BatchEmbedExchange(String path, String model, EmbeddingRequest request, Call call)
        implements EmbeddingExchange {

    @Override
    public byte[] body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode requests = body.putArray("requests");
        String task = Bodies.text(request.json(), "task_type");
        for (String text : request.texts()) {
            ObjectNode one = requests.addObject().put("model", model);
            one.putObject("content").putArray("parts").addObject().put("text", text);
            if (task != null) {
                one.put("taskType", task);
            }
            if (request.dimensions() != null) {
                one.put("outputDimensionality", request.dimensions());
            }
        }
        return Bodies.bytes(body);
    }

    @Override
    public Embedded embedded(JsonNode answer) {
        List<JsonNode> vectors = new ArrayList<>();
        for (JsonNode embedding : answer.path("embeddings")) {
            vectors.add(embedding.path("values"));
        }
        return new Embedded(
                vectors, Bodies.tokens(answer.path("usageMetadata"), "promptTokenCount"));
    }
}
