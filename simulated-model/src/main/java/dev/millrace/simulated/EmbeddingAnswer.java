package dev.millrace.simulated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers an embeddings request with unit vectors that depend on nothing but the input.
final class EmbeddingAnswer {
    private static final int DEFAULT_DIMENSIONS = 256;
    private static final int MOST_DIMENSIONS = 8192;
    private static final int MOST_INPUTS = 2048;

    private record Input(long seed, int tokens) {}

    private EmbeddingAnswer() {}

    static byte[] to(ObjectNode request, boolean reportUsage) throws RefusedRequest {
        String model = Json.model(request);
        List<Input> inputs = inputs(request.path("input"));
        int dimensions = dimensions(request.path("dimensions"));
        boolean base64 =
                switch (request.path("encoding_format").asString("float")) {
                    case "base64" -> true;
                    case "float" -> false;
                    default ->
                            throw RefusedRequest.invalid(
                                    "encoding_format",
                                    "Invalid 'encoding_format': expected 'float' or 'base64'.");
                };
        ObjectNode root = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode entries = root.putArray("data");
        int tokens = 0;
        for (Input input : inputs) {
            ObjectNode entry =
                    entries.addObject().put("object", "embedding").put("index", entries.size() - 1);
            float[] vector = vector(input.seed(), dimensions);
            if (base64) {
                entry.put("embedding", encoded(vector));
            } else {
                ArrayNode numbers = entry.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
            tokens += input.tokens();
        }
        root.put("model", model);
        if (reportUsage) {
            root.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        return Json.bytes(root);
    }

    private static List<Input> inputs(JsonNode input) throws RefusedRequest {
        if (input.isString()) {
            return List.of(text(input));
        }
        if (!input.isArray() || input.isEmpty()) {
            throw RefusedRequest.invalid(
                    "input", "'input' has to be a string or an array that is not empty.");
        }
        if (input.get(0).isIntegralNumber()) {
            return List.of(tokens(input));
        }
        if (input.size() > MOST_INPUTS) {
            throw RefusedRequest.invalid(
                    "input", "'input' holds more than " + MOST_INPUTS + " items.");
        }
        List<Input> inputs = new ArrayList<>(input.size());
        for (JsonNode item : input) {
            inputs.add(item.isArray() ? tokens(item) : text(item));
        }
        return inputs;
    }

    private static Input text(JsonNode item) throws RefusedRequest {
        if (!item.isString() || item.stringValue().isEmpty()) {
            throw RefusedRequest.invalid("input", "'input' holds an item that is not a text.");
        }
        String text = item.stringValue();
        return new Input(text.hashCode(), Tokens.count(text));
    }

    private static Input tokens(JsonNode item) throws RefusedRequest {
        long seed = 1;
        for (JsonNode token : item) {
            if (!token.isIntegralNumber()) {
                throw RefusedRequest.invalid("input", "'input' mixes tokens with other values.");
            }
            seed = seed * 31 + token.asLong();
        }
        if (item.isEmpty()) {
            throw RefusedRequest.invalid("input", "'input' holds an empty array.");
        }
        return new Input(seed, item.size());
    }

    private static int dimensions(JsonNode asked) throws RefusedRequest {
        if (asked.isMissingNode() || asked.isNull()) {
            return DEFAULT_DIMENSIONS;
        }
        if (!asked.isIntegralNumber() || asked.asLong() < 1 || asked.asLong() > MOST_DIMENSIONS) {
            throw RefusedRequest.invalid(
                    "dimensions",
                    "Invalid 'dimensions': expected an integer from 1 to " + MOST_DIMENSIONS + ".");
        }
        return asked.asInt();
    }

    private static float[] vector(long seed, int dimensions) {
        SplittableRandom numbers = new SplittableRandom(seed);
        float[] vector = new float[dimensions];
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (numbers.nextDouble() * 2 - 1);
            square += vector[i] * vector[i];
        }
        float length = (float) Math.sqrt(square);
        for (int i = 0; i < dimensions; i++) {
            vector[i] = length == 0 ? 1 : vector[i] / length;
        }
        return vector;
    }

    private static String encoded(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
