package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.EmbeddingRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request for embeddings in the terms of one family of models: InvokeModel leaves the body to
/// the model. Amazon's take one text in a call, Cohere's take several.
///
/// @param request as the client made it
/// @param calls what to send, in the order of the texts
record Embeddings(EmbeddingRequest request, List<Body> calls) {

    /// One call.
    ///
    /// @param json its body
    /// @param texts that it embeds
    record Body(byte[] json, List<String> texts) {
        Body {
            texts = List.copyOf(texts);
        }
    }

    private static final String TITAN = "titan-embed";
    private static final String TITAN_V2 = "titan-embed-text-v2";
    private static final String COHERE = "cohere.embed";
    private static final String COHERE_V3 = "-v3";

    /// The most texts of one call to Cohere's models.
    private static final int COHERES_MOST = 96;

    Embeddings {
        calls = List.copyOf(calls);
    }

    /// @param model its id, or that of an inference profile, which ends in it
    /// @param dropping whether what the model does not have is left out
    /// @throws Unmappable if the body is no request for embeddings, or asks for what the model does
    ///   not have; or if the model is of no known family
    static Embeddings of(byte[] body, String model, boolean dropping) throws Unmappable {
        if (model.contains(TITAN)) {
            Set<String> members =
                    model.contains(TITAN_V2) ? Set.of("dimensions", "normalize") : Set.of();
            return titan(EmbeddingRequest.read(body, Members.embeddingsAnd(members, dropping)));
        }
        if (model.contains(COHERE)) {
            Set<String> members =
                    model.contains(COHERE_V3)
                            ? Set.of("input_type", "truncate")
                            : Set.of("dimensions", "input_type", "truncate");
            return cohere(EmbeddingRequest.read(body, Members.embeddingsAnd(members, dropping)));
        }
        throw Unmappable.operation("Embeddings");
    }

    /// The embeddings of an answer, in the order of the call's texts; null if they are not there.
    static @Nullable List<JsonNode> read(@Nullable JsonNode answer, Body call) {
        if (answer == null) {
            return null;
        }
        List<JsonNode> embeddings = new ArrayList<>();
        if (answer.path("embedding").isArray()) {
            embeddings.add(answer.path("embedding"));
        } else {
            JsonNode several = answer.path("embeddings");
            (several.isObject() ? several.path("float") : several).forEach(embeddings::add);
        }
        return embeddings.size() == call.texts().size() ? embeddings : null;
    }

    /// In the AWS documents: `model-parameters-titan-embed-text`.
    private static Embeddings titan(EmbeddingRequest request) {
        List<Body> calls = new ArrayList<>();
        for (String text : request.texts()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("inputText", text);
            if (request.dimensions() != null) {
                body.put("dimensions", request.dimensions());
            }
            if (request.json().hasNonNull("normalize")) {
                body.set("normalize", request.json().path("normalize"));
            }
            calls.add(new Body(Bodies.bytes(body), List.of(text)));
        }
        return new Embeddings(request, calls);
    }

    /// In the AWS documents: `model-parameters-embed-v3` and `-v4`. Where the client names no
    /// `input_type`, the texts are kept to be found; where it does not say `truncate`, one that is
    /// too long is an error, as it is at OpenAI.
    private static Embeddings cohere(EmbeddingRequest request) throws Unmappable {
        if (request.texts().size() > COHERES_MOST) {
            throw Unmappable.value("input", "at most " + COHERES_MOST + " texts at once");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode texts = body.putArray("texts");
        request.texts().forEach(texts::add);
        body.put("input_type", said(request, "input_type", "search_document"));
        body.putArray("embedding_types").add("float");
        body.put("truncate", said(request, "truncate", "NONE"));
        if (request.dimensions() != null) {
            body.put("output_dimension", request.dimensions());
        }
        return new Embeddings(request, List.of(new Body(Bodies.bytes(body), request.texts())));
    }

    private static String said(EmbeddingRequest request, String name, String otherwise) {
        String said = Bodies.text(request.json(), name);
        return said == null ? otherwise : said;
    }
}
