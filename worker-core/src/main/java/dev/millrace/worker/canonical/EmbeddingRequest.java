package dev.millrace.worker.canonical;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request for embeddings, read.
///
/// @param texts to embed, at least one
/// @param dimensions of each embedding; null to leave it to the model
/// @param base64 whether the client wants them in Base64 instead of numbers
/// @param json the request as it came, for what one provider alone understands
public record EmbeddingRequest(
        List<String> texts, @Nullable Integer dimensions, boolean base64, JsonNode json) {

    public EmbeddingRequest {
        texts = List.copyOf(texts);
    }

    /// Reads a body.
    ///
    /// @param members that the provider can express
    /// @throws Unmappable if the body is no such request, or asks for what the provider does not
    ///   have. Tokens in place of text are OpenAI's alone: they are of its own encoding
    public static EmbeddingRequest read(byte[] body, Members members) throws Unmappable {
        JsonNode request = members.check(Bodies.object(body));
        String format = Bodies.text(request, "encoding_format");
        if (format != null && !format.equals("float") && !format.equals("base64")) {
            throw Unmappable.value("encoding_format", "use 'float' or 'base64'");
        }
        return new EmbeddingRequest(
                texts(request.path("input")),
                Bodies.count(request, "dimensions"),
                "base64".equals(format),
                request);
    }

    private static List<String> texts(JsonNode input) throws Unmappable {
        if (input.isString()) {
            return List.of(input.stringValue());
        }
        if (!input.isArray() || input.isEmpty()) {
            throw Unmappable.malformed("input", "'input' must be a string or an array of strings.");
        }
        List<String> texts = new ArrayList<>(input.size());
        for (int i = 0; i < input.size(); i++) {
            JsonNode text = input.path(i);
            if (text.isNumber() || text.isArray()) {
                throw Unmappable.value("input", "send text in place of tokens");
            }
            if (!text.isString()) {
                throw Unmappable.malformed("input[" + i + "]", "'input' must hold strings.");
            }
            texts.add(text.stringValue());
        }
        return texts;
    }
}
