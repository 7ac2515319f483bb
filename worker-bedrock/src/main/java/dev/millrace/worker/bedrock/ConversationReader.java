package dev.millrace.worker.bedrock;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.JsonSchemaDefinition;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormat;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatStructure;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// Reads a chat request of OpenAI's API into Converse's terms.
final class ConversationReader {
    private static final ObjectReader JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build()
                    .readerFor(JsonNode.class);

    private ConversationReader() {}

    /// @throws Unmappable if the body is no chat request, or asks for what Converse does not have
    static Conversation read(byte[] body) throws Unmappable {
        JsonNode request = parse(body);
        Members.check(request);
        MessageReader messages = MessageReader.read(request.path("messages"));
        return new Conversation(
                messages.system(),
                messages.turns(),
                inference(request),
                ToolReader.read(request, messages.usesTools()),
                output(request.path("response_format")),
                request.path("stream_options").path("include_usage").asBoolean(false));
    }

    private static JsonNode parse(byte[] body) throws Unmappable {
        JsonNode request;
        try {
            request = JSON.readValue(body);
        } catch (JacksonException _) {
            throw Unmappable.malformed(null, "The body is not JSON.");
        }
        if (request == null || !request.isObject()) {
            throw Unmappable.malformed(null, "The body is not a JSON object.");
        }
        return request;
    }

    private static @Nullable InferenceConfiguration inference(JsonNode request) throws Unmappable {
        InferenceConfiguration.Builder inference = InferenceConfiguration.builder();
        Integer longest = count(request, "max_completion_tokens");
        Integer olderLongest = count(request, "max_tokens");
        if (longest != null && olderLongest != null && !longest.equals(olderLongest)) {
            throw Unmappable.value("max_tokens", "it contradicts 'max_completion_tokens'");
        }
        inference.maxTokens(longest != null ? longest : olderLongest);
        inference.temperature(number(request, "temperature"));
        inference.topP(number(request, "top_p"));
        List<String> stops = stops(request.path("stop"));
        if (!stops.isEmpty()) {
            inference.stopSequences(stops);
        }
        InferenceConfiguration built = inference.build();
        return built.equals(InferenceConfiguration.builder().build()) ? null : built;
    }

    private static @Nullable Integer count(JsonNode request, String name) throws Unmappable {
        JsonNode value = request.path(name);
        if (absent(value)) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw Unmappable.malformed(name, "'%s' must be a positive integer.".formatted(name));
        }
        return value.intValue();
    }

    private static @Nullable Float number(JsonNode request, String name) throws Unmappable {
        JsonNode value = request.path(name);
        if (absent(value)) {
            return null;
        }
        if (!value.isNumber()) {
            throw Unmappable.malformed(name, "'%s' must be a number.".formatted(name));
        }
        return value.floatValue();
    }

    private static List<String> stops(JsonNode stop) throws Unmappable {
        List<String> stops = new ArrayList<>();
        if (stop.isString()) {
            stops.add(stop.stringValue());
        } else if (stop.isArray()) {
            for (JsonNode one : stop) {
                if (!one.isString()) {
                    throw Unmappable.malformed("stop", "'stop' must hold strings.");
                }
                stops.add(one.stringValue());
            }
        } else if (!absent(stop)) {
            throw Unmappable.malformed("stop", "'stop' must be a string or an array.");
        }
        return stops;
    }

    private static @Nullable OutputConfig output(JsonNode format) throws Unmappable {
        if (absent(format) || "text".equals(format.path("type").asString(""))) {
            return null;
        }
        JsonNode described = format.path("json_schema");
        if (!"json_schema".equals(format.path("type").asString(""))
                || !described.path("schema").isObject()) {
            throw Unmappable.value("response_format", "use 'text', or 'json_schema' with a schema");
        }
        JsonSchemaDefinition.Builder schema =
                JsonSchemaDefinition.builder()
                        .schema(Documents.MAPPER.writeValueAsString(described.path("schema")));
        if (described.path("name").isString()) {
            schema.name(described.path("name").stringValue());
        }
        if (described.path("description").isString()) {
            schema.description(described.path("description").stringValue());
        }
        return OutputConfig.builder()
                .textFormat(
                        OutputFormat.builder()
                                .type(OutputFormatType.JSON_SCHEMA)
                                .structure(OutputFormatStructure.fromJsonSchema(schema.build()))
                                .build())
                .build();
    }

    static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
