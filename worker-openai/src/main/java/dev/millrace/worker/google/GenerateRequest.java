package dev.millrace.worker.google;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Tool;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat request as `generateContent` takes it.
///
/// @param model the model's name, without its publisher
public record GenerateRequest(ChatRequest chat, String model) {
    private static final String CACHED_CONTENT = "extra_body.google.cached_content";

    /// Beside what every provider of chat has; `top_k` and `safety_settings` are Google's own, and
    /// so is `extra_body`, as Google's OpenAI compatibility has it
    /// (<https://ai.google.dev/gemini-api/docs/openai#extra-body>).
    private static final Set<String> ALSO =
            Set.of(
                    "presence_penalty",
                    "frequency_penalty",
                    "seed",
                    "logprobs",
                    "top_logprobs",
                    "reasoning_effort",
                    "service_tier",
                    "top_k",
                    "safety_settings",
                    CACHED_CONTENT,
                    GenerationConfig.THINKING + ".thinking_budget",
                    GenerationConfig.THINKING + ".thinking_level",
                    GenerationConfig.THINKING + ".include_thoughts");

    /// Models before the third generation take a budget of thoughts in place of a level.
    private static final Pattern WITH_BUDGET = Pattern.compile("gemini-[12]\\b.*");

    /// Reads what these requests are written from.
    ///
    /// @param dropping whether what is not supported is left out
    public static ChatReader reader(boolean dropping) {
        return new ChatReader(Members.chatAnd(ALSO, dropping));
    }

    /// Whether a model takes a budget of thoughts in place of a level.
    static boolean thinksByBudget(String model) {
        return WITH_BUDGET.matcher(model).matches();
    }

    /// The request's JSON.
    ///
    /// @throws Unmappable if it asks for what Google does not have
    public byte[] json() throws Unmappable {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        if (!chat.system().isEmpty()) {
            ArrayNode parts = request.putObject("systemInstruction").putArray("parts");
            chat.system().forEach(text -> parts.addObject().put("text", text.text()));
        }
        ArrayNode contents = request.putArray("contents");
        Contents writer = new Contents(!thinksByBudget(model));
        for (Turn turn : chat.turns()) {
            writer.write(turn, contents);
        }
        tools(request);
        ObjectNode config = new GenerationConfig(chat, model).json();
        if (!config.isEmpty()) {
            request.set("generationConfig", config);
        }
        if (chat.json().hasNonNull("safety_settings")) {
            request.set("safetySettings", chat.json().path("safety_settings"));
        }
        JsonNode own = chat.json().path("extra_body").path("google");
        if (own.hasNonNull("cached_content")) {
            JsonNode cached = own.path("cached_content");
            if (!cached.isString()) {
                throw Unmappable.malformed(
                        CACHED_CONTENT, "'%s' must be a name.".formatted(CACHED_CONTENT));
            }
            request.set("cachedContent", cached);
        }
        String tier = Bodies.text(chat.json(), "service_tier");
        if (tier != null && !tier.equals("auto")) {
            request.put("serviceTier", tier.equals("default") ? "standard" : tier);
        }
        return Bodies.bytes(request);
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
}
