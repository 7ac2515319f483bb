package dev.millrace.worker.canonical;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads chat requests of OpenAI's API. Thread-safe.
///
/// @param members that the provider can express
public record ChatReader(Members members) {

    /// <https://platform.openai.com/docs/api-reference/chat/create>
    private static final int MOST_TOP_LOGPROBS = 20;

    /// @throws Unmappable if the body is no chat request, or asks for what the provider does not
    ///   have
    public ChatRequest read(byte[] body) throws Unmappable {
        JsonNode request = members.check(Bodies.object(body));
        MessageReader messages = MessageReader.read(request.path("messages"));
        List<Tool> tools = ToolReader.tools(request.path("tools"));
        return new ChatRequest(
                messages.system(),
                messages.turns(),
                messages.usesTools(),
                sampling(request),
                tools,
                ToolReader.choice(request.path("tool_choice"), tools),
                request.path("parallel_tool_calls").asBoolean(true),
                format(request.path("response_format")),
                Bodies.text(request, "reasoning_effort"),
                topLogprobs(request),
                request.path("stream_options").path("include_usage").asBoolean(false),
                messages.images(),
                request);
    }

    private static Sampling sampling(JsonNode request) throws Unmappable {
        Integer longest = Bodies.count(request, "max_completion_tokens");
        Integer olderLongest = Bodies.count(request, "max_tokens");
        if (longest != null && olderLongest != null && !longest.equals(olderLongest)) {
            throw Unmappable.value("max_tokens", "it contradicts 'max_completion_tokens'");
        }
        return new Sampling(
                longest != null ? longest : olderLongest,
                number(request, "temperature"),
                number(request, "top_p"),
                number(request, "presence_penalty"),
                number(request, "frequency_penalty"),
                seed(request.path("seed")),
                stops(request.path("stop")));
    }

    /// Null where no log-probabilities are asked for. As at OpenAI, `top_logprobs` alone is an
    /// error.
    private static @Nullable Integer topLogprobs(JsonNode request) throws Unmappable {
        JsonNode logprobs = request.path("logprobs");
        if (!Bodies.absent(logprobs) && !logprobs.isBoolean()) {
            throw Unmappable.malformed("logprobs", "'logprobs' must be true or false.");
        }
        JsonNode top = request.path("top_logprobs");
        boolean asked = logprobs.asBoolean(false);
        if (Bodies.absent(top)) {
            return asked ? 0 : null;
        }
        boolean sound = top.isIntegralNumber() && top.canConvertToInt();
        if (!sound || top.intValue() < 0 || top.intValue() > MOST_TOP_LOGPROBS) {
            throw Unmappable.malformed(
                    "top_logprobs",
                    "'top_logprobs' must be an integer from 0 to %d.".formatted(MOST_TOP_LOGPROBS));
        }
        if (!asked && top.intValue() > 0) {
            throw Unmappable.malformed(
                    "top_logprobs", "'top_logprobs' needs 'logprobs' to be true.");
        }
        return asked ? top.intValue() : null;
    }

    private static @Nullable BigDecimal number(JsonNode request, String name) throws Unmappable {
        JsonNode value = request.path(name);
        if (Bodies.absent(value)) {
            return null;
        }
        if (!value.isNumber()) {
            throw Unmappable.malformed(name, "'%s' must be a number.".formatted(name));
        }
        return value.decimalValue();
    }

    private static @Nullable Long seed(JsonNode seed) throws Unmappable {
        if (Bodies.absent(seed)) {
            return null;
        }
        if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
            throw Unmappable.malformed("seed", "'seed' must be an integer.");
        }
        return seed.longValue();
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
        } else if (!Bodies.absent(stop)) {
            throw Unmappable.malformed("stop", "'stop' must be a string or an array.");
        }
        return stops;
    }

    private static AnswerFormat format(JsonNode format) throws Unmappable {
        if (Bodies.absent(format)) {
            return new AnswerFormat.Text();
        }
        return switch (format.path("type").asString("")) {
            case "text" -> new AnswerFormat.Text();
            case "json_object" -> new AnswerFormat.JsonObject();
            case "json_schema" -> {
                JsonNode described = format.path("json_schema");
                if (!described.path("schema").isObject()) {
                    throw Unmappable.malformed(
                            "response_format.json_schema.schema",
                            "'response_format.json_schema.schema' must be a JSON schema.");
                }
                yield new AnswerFormat.Schema(
                        Bodies.text(described, "name"),
                        Bodies.text(described, "description"),
                        described.path("schema"));
            }
            default ->
                    throw Unmappable.value(
                            "response_format", "use 'text', 'json_object' or 'json_schema'");
        };
    }
}
