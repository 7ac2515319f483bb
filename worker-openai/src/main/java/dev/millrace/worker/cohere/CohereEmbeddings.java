package dev.millrace.worker.cohere;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.EmbeddingAnswer;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call of embed.
///
/// Two members that OpenAI's API does not have go through, and have a value where the client names
/// none. `input_type`, which Cohere wants: `search_document`, for texts that are kept to be found.
/// `truncate`: `NONE`, so that a text which is too long is an error, as it is at OpenAI, where
/// Cohere would cut it off in silence.
///
/// @param path below the root
record CohereEmbeddings(String path, byte[] body, Call call, EmbeddingRequest request)
        implements Exchange {
    /// The most texts of one call.
    private static final int MOST_TEXTS = 96;

    /// @throws Unmappable if the body is no request for embeddings, or asks for what Cohere does
    ///   not have
    static CohereEmbeddings of(Call call, String path, Members members) throws Unmappable {
        EmbeddingRequest request = EmbeddingRequest.read(call.body(), members);
        if (request.texts().size() > MOST_TEXTS) {
            throw Unmappable.value("input", "at most " + MOST_TEXTS + " texts at once");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", call.model());
        var texts = body.putArray("texts");
        request.texts().forEach(texts::add);
        body.put("input_type", said(request, "input_type", "search_document"));
        body.putArray("embedding_types").add("float");
        body.put("truncate", said(request, "truncate", "NONE"));
        if (request.dimensions() != null) {
            body.put("output_dimension", request.dimensions());
        }
        if (request.json().hasNonNull("priority")) {
            body.set("priority", request.json().path("priority"));
        }
        return new CohereEmbeddings(path, Bodies.bytes(body), call, request);
    }

    @Override
    public Whole whole(byte[] json) {
        JsonNode said = Bodies.tree(json);
        List<JsonNode> embeddings = new ArrayList<>();
        if (said != null) {
            said.path("embeddings").path("float").forEach(embeddings::add);
        }
        if (said == null || embeddings.size() != request.texts().size()) {
            return CohereExchange.error(json)
                    .<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("not the embeddings", TokenUsage.NONE));
        }
        TokenUsage reported = CohereExchange.usage(said.path("meta"));
        TokenUsage usage =
                reported == null ? TokenUsage.estimate(call.estimatedPromptTokens(), 0) : reported;
        return new Whole.Answered(
                EmbeddingAnswer.json(call, embeddings, request.base64(), usage), null, usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        throw new IllegalStateException("embeddings are not streamed");
    }

    private static String said(EmbeddingRequest request, String name, String otherwise) {
        String said = Bodies.text(request.json(), name);
        return said == null ? otherwise : said;
    }
}
