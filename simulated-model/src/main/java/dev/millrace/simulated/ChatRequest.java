package dev.millrace.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the server reads of a chat completion request.
///
/// @param maxTokens the client's limit on the answer; null where it gave none
/// @param choices how many answers were asked for
/// @param tool the function that the answer has to call, or null
/// @param jsonSchema the schema that the answer has to obey; null where any text will do
record ChatRequest(
        String model,
        String question,
        int promptTokens,
        boolean stream,
        boolean includeUsage,
        @Nullable Integer maxTokens,
        int choices,
        @Nullable Tool tool,
        @Nullable JsonNode jsonSchema) {

    /// A function that the client offers.
    record Tool(String name, JsonNode parameters) {}

    private static final Set<String> ROLES =
            Set.of("system", "developer", "user", "assistant", "tool", "function");
    private static final int TOKENS_PER_TURN = 4;

    static ChatRequest read(ObjectNode body) throws RefusedRequest {
        String model = Json.model(body);
        JsonNode turns = body.get("messages");
        if (turns == null || turns.isNull()) {
            throw RefusedRequest.invalid("messages", "Missing required parameter: 'messages'.");
        }
        if (!turns.isArray()) {
            throw RefusedRequest.invalid(
                    "messages", "Invalid type for 'messages': expected an array of objects.");
        }
        if (turns.isEmpty()) {
            throw RefusedRequest.invalid(
                    "messages", "Invalid 'messages': empty array. Expected at least one.");
        }
        String question = "";
        int promptTokens = 3;
        for (int i = 0; i < turns.size(); i++) {
            String text = turnText(turns.get(i), "messages[" + i + "]");
            promptTokens += TOKENS_PER_TURN + Tokens.count(text);
            if ("user".equals(turns.get(i).path("role").asString(""))) {
                question = text;
            }
        }
        boolean stream = flag(body, "stream");
        return new ChatRequest(
                model,
                question,
                promptTokens,
                stream,
                stream && body.path("stream_options").path("include_usage").asBoolean(false),
                limit(body),
                choices(body),
                tool(body),
                schema(body));
    }

    private static String turnText(JsonNode turn, String where) throws RefusedRequest {
        JsonNode role = turn.path("role");
        if (!role.isString() || !ROLES.contains(role.stringValue())) {
            throw RefusedRequest.invalid(
                    where + ".role", "Invalid value for '" + where + ".role'.");
        }
        JsonNode content = turn.path("content");
        if (content.isString()) {
            return content.stringValue();
        }
        if (content.isArray()) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : content) {
                text.append(part.path("text").asString(""));
            }
            return text.toString();
        }
        if (content.isNull() || content.isMissingNode()) {
            return "";
        }
        throw RefusedRequest.invalid(
                where + ".content",
                "Invalid type for '" + where + ".content': expected a string or an array.");
    }

    private static boolean flag(ObjectNode body, String name) throws RefusedRequest {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull() || value.isBoolean()) {
            return value.asBoolean(false);
        }
        throw RefusedRequest.invalid(name, "Invalid type for '" + name + "': expected a boolean.");
    }

    private static @Nullable Integer limit(ObjectNode body) throws RefusedRequest {
        for (String name : List.of("max_completion_tokens", "max_tokens")) {
            JsonNode value = body.path(name);
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            if (!value.isIntegralNumber() || value.asLong() < 1) {
                throw RefusedRequest.invalid(
                        name, "Invalid '" + name + "': expected an integer of at least 1.");
            }
            return (int) Math.min(value.asLong(), Integer.MAX_VALUE);
        }
        return null;
    }

    private static int choices(ObjectNode body) throws RefusedRequest {
        JsonNode n = body.path("n");
        if (n.isMissingNode() || n.isNull()) {
            return 1;
        }
        if (!n.isIntegralNumber() || n.asLong() < 1 || n.asLong() > 128) {
            throw RefusedRequest.invalid("n", "Invalid 'n': expected an integer from 1 to 128.");
        }
        return n.asInt();
    }

    /// A tool is called when the client insists on it: `required`, or a function by name.
    private static @Nullable Tool tool(ObjectNode body) {
        List<Tool> offered = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            JsonNode function = tool.path("function");
            offered.add(new Tool(function.path("name").asString(""), function.path("parameters")));
        }
        JsonNode choice = body.path("tool_choice");
        if ("required".equals(choice.asString("")) && !offered.isEmpty()) {
            return offered.getFirst();
        }
        String named = choice.path("function").path("name").asString("");
        return offered.stream().filter(tool -> tool.name().equals(named)).findFirst().orElse(null);
    }

    private static @Nullable JsonNode schema(ObjectNode body) {
        JsonNode format = body.path("response_format");
        return switch (format.path("type").asString("")) {
            case "json_schema" -> format.path("json_schema").path("schema");
            case "json_object" -> Json.MAPPER.createObjectNode();
            default -> null;
        };
    }
}
