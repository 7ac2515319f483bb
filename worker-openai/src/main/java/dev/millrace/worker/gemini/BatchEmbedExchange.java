package dev.millrace.worker.gemini;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.EmbeddingAnswer;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call for embeddings.
///
/// @param path below the base URL
/// @param model its resource name
record BatchEmbedExchange(String path, String model, EmbeddingRequest request, Call call)
        implements Exchange {

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
    public Whole whole(byte[] json) {
        JsonNode answer = Bodies.tree(json);
        if (answer == null || !answer.path("embeddings").isArray()) {
            Optional<UpstreamError> error = ErrorBody.read(json);
            return error.<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("no embeddings", TokenUsage.NONE));
        }
        List<JsonNode> embeddings = new ArrayList<>();
        for (JsonNode embedding : answer.path("embeddings")) {
            embeddings.add(embedding.path("values"));
        }
        long tokens = Bodies.tokens(answer.path("usageMetadata"), "promptTokenCount");
        TokenUsage usage =
                tokens > 0
                        ? new TokenUsage(tokens, 0, 0, 0, 0, false)
                        : TokenUsage.estimate(call.estimatedPromptTokens(), 0);
        if (embeddings.size() != request.texts().size()
                || !embeddings.stream().allMatch(JsonNode::isArray)) {
            return new Whole.Nonsense("embeddings for other texts", usage);
        }
        return new Whole.Answered(
                EmbeddingAnswer.json(call, embeddings, request.base64(), usage), null, usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        throw new IllegalStateException("embeddings are not streamed");
    }
}
