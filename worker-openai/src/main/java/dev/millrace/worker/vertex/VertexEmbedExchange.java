package dev.millrace.worker.vertex;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.EmbeddingExchange;
import dev.millrace.worker.provider.Call;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call for embeddings: of a model that predicts, or of a later one that embeds one content.
/// Neither may cut off what is too long, as Vertex AI does unless told otherwise.
///
/// @param path below the base URL
/// @param alone whether the model embeds one content
record VertexEmbedExchange(String path, boolean alone, EmbeddingRequest request, Call call)
        implements EmbeddingExchange {

    /// @param model without its publisher
    /// @throws Unmappable if the model takes fewer texts at once
    static VertexEmbedExchange of(String path, String model, EmbeddingRequest request, Call call)
            throws Unmappable {
        // As Google's own clients tell them apart.
        boolean alone = model.contains("gemini") && !model.equals("gemini-embedding-001");
        if (alone && request.texts().size() > 1) {
            throw Unmappable.value("input", "this model embeds one text at a time");
        }
        return new VertexEmbedExchange(
                path + (alone ? ":embedContent" : ":predict"), alone, request, call);
    }

    @Override
    public byte[] body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        String task = Bodies.text(request.json(), "task_type");
        ObjectNode parameters;
        if (alone) {
            body.putObject("content")
                    .putArray("parts")
                    .addObject()
                    .put("text", request.texts().getFirst());
            parameters = body.putObject("embedContentConfig");
            if (task != null) {
                parameters.put("taskType", task);
            }
        } else {
            ArrayNode instances = body.putArray("instances");
            for (String text : request.texts()) {
                ObjectNode instance = instances.addObject().put("content", text);
                if (task != null) {
                    instance.put("task_type", task);
                }
            }
            parameters = body.putObject("parameters");
        }
        parameters.put("autoTruncate", false);
        if (request.dimensions() != null) {
            parameters.put("outputDimensionality", request.dimensions());
        }
        return Bodies.bytes(body);
    }

    @Override
    public Embedded embedded(JsonNode answer) {
        if (alone) {
            JsonNode vector = answer.path("embedding").path("values");
            return new Embedded(
                    vector.isMissingNode() ? List.of() : List.of(vector),
                    Bodies.tokens(answer.path("usageMetadata"), "promptTokenCount"));
        }
        List<JsonNode> vectors = new ArrayList<>();
        long tokens = 0;
        for (JsonNode prediction : answer.path("predictions")) {
            JsonNode embedding = prediction.path("embeddings");
            vectors.add(embedding.path("values"));
            tokens += Bodies.tokens(embedding.path("statistics"), "token_count");
        }
        return new Embedded(vectors, tokens);
    }
}
