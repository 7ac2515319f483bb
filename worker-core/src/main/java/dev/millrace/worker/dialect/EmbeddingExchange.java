package dev.millrace.worker.dialect;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.EmbeddingAnswer;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One call for embeddings in another dialect than OpenAI's: what is the same for all of them.
public interface EmbeddingExchange extends Exchange {

    /// What the answer holds.
    ///
    /// @param vectors arrays of numbers, in the order of the texts; none where it is no such answer
    /// @param tokens of all texts; 0 where it does not say
    record Embedded(List<JsonNode> vectors, long tokens) {
        public Embedded {
            vectors = List.copyOf(vectors);
        }
    }

    /// The call.
    Call call();

    /// What the client asked for.
    EmbeddingRequest request();

    /// Reads an answer.
    Embedded embedded(JsonNode answer);

    @Override
    default Whole whole(byte[] body) {
        JsonNode answer = Bodies.tree(body);
        Embedded embedded = answer == null ? new Embedded(List.of(), 0) : embedded(answer);
        List<JsonNode> vectors = embedded.vectors();
        if (vectors.isEmpty()) {
            Optional<UpstreamError> error = ErrorBody.read(body);
            return error.<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("no embeddings", TokenUsage.NONE));
        }
        TokenUsage usage =
                embedded.tokens() > 0
                        ? new TokenUsage(embedded.tokens(), 0, 0, 0, 0, false)
                        : TokenUsage.estimate(call().estimatedPromptTokens(), 0);
        return vectors.size() == request().texts().size()
                        && vectors.stream().allMatch(JsonNode::isArray)
                ? new Whole.Answered(
                        EmbeddingAnswer.json(call(), vectors, request().base64(), usage),
                        null,
                        usage)
                : new Whole.Nonsense("embeddings for other texts", usage);
    }

    @Override
    default EventReader events(ChunkBatch batch) {
        throw new IllegalStateException("embeddings are not streamed");
    }
}
