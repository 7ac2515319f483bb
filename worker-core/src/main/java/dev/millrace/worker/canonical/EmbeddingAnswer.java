package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes embeddings as OpenAI's API does.
public final class EmbeddingAnswer {
    private EmbeddingAnswer() {}

    /// The answer's JSON.
    ///
    /// @param embeddings arrays of numbers, in the order of the texts
    /// @param base64 whether the client wants little-endian floats in Base64
    /// @param usage as reported, or as estimated
    public static byte[] json(
            Call call, List<JsonNode> embeddings, boolean base64, TokenUsage usage) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = answer.putArray("data");
        for (int i = 0; i < embeddings.size(); i++) {
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                entry.put("embedding", packed(embeddings.get(i)));
            } else {
                entry.set("embedding", embeddings.get(i));
            }
        }
        answer.put("model", call.model());
        answer.set("usage", UsageJson.embeddings(usage, call.pricing()));
        return Bodies.bytes(answer);
    }

    private static String packed(JsonNode numbers) {
        ByteBuffer bytes =
                ByteBuffer.allocate(numbers.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode number : numbers) {
            bytes.putFloat(number.floatValue());
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
