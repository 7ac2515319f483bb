package dev.millrace.worker.gemini;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Sampling;
import dev.millrace.worker.canonical.Tool;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat request as `generateContent` takes it.
///
/// @param model the model's name, without its publisher
public record GenerateRequest(ChatRequest chat, String model) {
    /// Beside what every provider of chat has; `top_k` and `safety_settings` are Google's own.
    private static final Set<String> ALSO =
            Set.of(
                    "presence_penalty",
                    "frequency_penalty",
                    "seed",
                    "reasoning_effort",
                    "service_tier",
                    "top_k",
                    "safety_settings");

    /// Models before the third generation take a budget of thoughts in place of a level.
    private static final Pattern WITH_BUDGET = Pattern.compile("gemini-[12]\\b.*");

    /// <https://ai.google.dev/gemini-api/docs/openai#thinking>
    private static final Map<String, Integer> BUDGETS =
            Map.of("none", 0, "minimal", 1024, "low", 1024, "medium", 8192, "high", 24576);

    /// What Google documents in place of a signature, for calls that another model made or whose
    /// signature the client did not keep: later models refuse a turn whose first call has none.
    /// <https://ai.google.dev/gemini-api/docs/thought-signatures>
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    /// The media type of a URL that names no other; Google wants to be told.
    private static final Map<String, String> IMAGES =
            Map.of(
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "webp", "image/webp",
                    "heic", "image/heic",
                    "heif", "image/heif");

    /// Reads what these requests are written from.
    ///
    /// @param dropping whether what is not supported is left out
    public static ChatReader reader(boolean dropping) {
        return new ChatReader(Members.chatAnd(ALSO, dropping));
    }

    /// The request's JSON.
    ///
    /// @throws Unmappable if it asks for what Google does not have
    public byte[] json() throws Unmappable {
        ObjectNode request = node();
        if (!chat.system().isEmpty()) {
            ArrayNode parts = request.putObject("systemInstruction").putArray("parts");
            chat.system().forEach(text -> parts.addObject().put("text", text.text()));
        }
        ArrayNode contents = request.putArray("contents");
        for (Turn turn : chat.turns()) {
            write(turn, contents);
        }
        tools(request);
        ObjectNode config = generationConfig();
        if (!config.isEmpty()) {
            request.set("generationConfig", config);
        }
        own("safety_settings", request, "safetySettings");
        String tier = Bodies.text(chat.json(), "service_tier");
        if (tier != null && !tier.equals("auto")) {
            request.put("serviceTier", tier.equals("default") ? "standard" : tier);
        }
        return Bodies.bytes(request);
    }

    /// The results of tools stand in a content of their own: Google counts its parts.
    private void write(Turn turn, ArrayNode contents) throws Unmappable {
        boolean asks = turn.role() == Turn.Role.USER;
        List<Part> results =
                turn.parts().stream().filter(Part.ToolResult.class::isInstance).toList();
        List<Part> others =
                turn.parts().stream()
                        .filter(part -> !(part instanceof Part.ToolResult))
                        .filter(part -> !(part instanceof Part.Thinking))
                        .toList();
        for (List<Part> parts : List.of(results, others)) {
            if (!parts.isEmpty()) {
                ObjectNode content = contents.addObject().put("role", asks ? "user" : "model");
                ArrayNode written = content.putArray("parts");
                boolean called = false;
                for (Part part : parts) {
                    written.add(part(part, !called));
                    called |= part instanceof Part.ToolCall;
                }
            }
        }
    }

    private ObjectNode part(Part part, boolean firstCall) throws Unmappable {
        return switch (part) {
            case Part.Text text -> node().put("text", text.text());
            case Part.Media media -> inline(media);
            case Part.ImageUrl image -> {
                ObjectNode file = node();
                file.putObject("fileData")
                        .put("mimeType", mediaType(image))
                        .put("fileUri", image.url());
                yield file;
            }
            case Part.ToolCall call -> {
                ObjectNode made = node();
                made.putObject("functionCall")
                        .put("id", call.id())
                        .put("name", call.name())
                        .set("args", call.arguments());
                String signature = signature(call, firstCall);
                yield signature == null ? made : made.put("thoughtSignature", signature);
            }
            case Part.ToolResult result -> response(result);
            case Part.Thinking _ -> throw new IllegalStateException("another provider's thoughts");
        };
    }

    private static ObjectNode inline(Part.Media media) {
        ObjectNode part = node();
        part.putObject("inlineData").put("mimeType", media.mediaType()).put("data", media.base64());
        return part;
    }

    private static String mediaType(Part.ImageUrl image) throws Unmappable {
        String path = image.url().replaceFirst("[?#].*", "");
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = IMAGES.get(ending);
        if (type == null) {
            throw Unmappable.value(
                    image.at(),
                    "send the image in a data: URL, or one that ends in .png, .jpg, .webp");
        }
        return type;
    }

    private @Nullable String signature(Part.ToolCall call, boolean firstCall) {
        String kept =
                call.extra() == null
                        ? null
                        : Bodies.text(call.extra().path("google"), "thought_signature");
        boolean wanted = firstCall && !WITH_BUDGET.matcher(model).matches();
        return kept == null && wanted ? NO_SIGNATURE : kept;
    }

    private static ObjectNode response(Part.ToolResult result) throws Unmappable {
        if (result.name() == null) {
            throw Unmappable.malformed(
                    "messages", "A tool's message answers a call that no message before it makes.");
        }
        ObjectNode part = node();
        ObjectNode response =
                part.putObject("functionResponse")
                        .put("id", result.callId())
                        .put("name", result.name());
        StringBuilder output = new StringBuilder();
        ArrayNode media = JsonNodeFactory.instance.arrayNode();
        for (Part piece : result.content()) {
            switch (piece) {
                case Part.Text text -> output.append(text.text());
                case Part.Media data -> media.add(inline(data));
                case Part.ImageUrl image ->
                        throw Unmappable.value(image.at(), "tools answer with data: URLs");
                case Part.ToolCall _, Part.ToolResult _, Part.Thinking _ ->
                        throw new IllegalStateException("no content of a tool's message");
            }
        }
        response.putObject("response").put("output", output.toString());
        if (!media.isEmpty()) {
            response.set("parts", media);
        }
        return part;
    }

    private void tools(ObjectNode request) {
        if (chat.tools().isEmpty()) {
            return;
        }
        ArrayNode declarations =
                request.putArray("tools").addObject().putArray("functionDeclarations");
        for (Tool tool : chat.tools()) {
            ObjectNode declaration = declarations.addObject().put("name", tool.name());
            if (tool.description() != null) {
                declaration.put("description", tool.description());
            }
            if (tool.parameters() != null) {
                declaration.set("parametersJsonSchema", tool.parameters());
            }
        }
        // ANY holds calls to their schemas; where the model may also write text, VALIDATED does.
        boolean strict = chat.tools().stream().anyMatch(Tool::strict);
        ObjectNode config = request.putObject("toolConfig").putObject("functionCallingConfig");
        switch (chat.toolChoice()) {
            case ToolChoice.Auto _ -> config.put("mode", strict ? "VALIDATED" : "AUTO");
            case ToolChoice.None _ -> config.put("mode", "NONE");
            case ToolChoice.Required _ -> config.put("mode", "ANY");
            case ToolChoice.Named named ->
                    config.put("mode", "ANY").putArray("allowedFunctionNames").add(named.name());
        }
    }

    private ObjectNode generationConfig() throws Unmappable {
        ObjectNode config = node();
        Sampling sampling = chat.sampling();
        if (sampling.maxTokens() != null) {
            config.put("maxOutputTokens", sampling.maxTokens());
        }
        number(config, "temperature", sampling.temperature());
        number(config, "topP", sampling.topP());
        number(config, "presencePenalty", sampling.presencePenalty());
        number(config, "frequencyPenalty", sampling.frequencyPenalty());
        own("top_k", config, "topK");
        if (sampling.seed() != null) {
            if (sampling.seed() != sampling.seed().intValue()) {
                throw Unmappable.value("seed", "it takes integers of 32 bits");
            }
            config.put("seed", sampling.seed().intValue());
        }
        if (!sampling.stops().isEmpty()) {
            ArrayNode stops = config.putArray("stopSequences");
            sampling.stops().forEach(stops::add);
        }
        switch (chat.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> config.put("responseMimeType", "application/json");
            case AnswerFormat.Schema schema ->
                    config.put("responseMimeType", "application/json")
                            .set("responseJsonSchema", schema.schema());
        }
        if (chat.reasoningEffort() != null) {
            config.set("thinkingConfig", thinking(chat.reasoningEffort()));
        }
        return config;
    }

    private ObjectNode thinking(String effort) throws Unmappable {
        if (WITH_BUDGET.matcher(model).matches()) {
            Integer budget = BUDGETS.get(effort);
            if (budget == null) {
                throw Unmappable.value(
                        "reasoning_effort", "use 'none', 'minimal', 'low', 'medium' or 'high'");
            }
            return node().put("thinkingBudget", budget).put("includeThoughts", budget > 0);
        }
        String level =
                switch (effort) {
                    case "minimal" -> model.contains("-pro") ? "LOW" : "MINIMAL";
                    case "low", "medium", "high" -> effort.toUpperCase(Locale.ROOT);
                    default ->
                            throw Unmappable.value(
                                    "reasoning_effort", "use 'minimal', 'low', 'medium' or 'high'");
                };
        return node().put("thinkingLevel", level).put("includeThoughts", true);
    }

    private void own(String name, ObjectNode holder, String googlesName) {
        JsonNode value = chat.json().path(name);
        if (!value.isMissingNode() && !value.isNull()) {
            holder.set(googlesName, value);
        }
    }

    private static void number(ObjectNode config, String name, @Nullable BigDecimal value) {
        if (value != null) {
            config.put(name, value);
        }
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
