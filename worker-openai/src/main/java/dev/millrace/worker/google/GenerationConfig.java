package dev.millrace.worker.google;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.ImageDetail;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Sampling;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the `generationConfig` of a request: how the answer is drawn, its form, the thoughts
/// before it, and how closely media are looked at.
/// <https://ai.google.dev/api/generate-content#generationconfig>
///
/// @param model the model's name, without its publisher
record GenerationConfig(ChatRequest chat, String model) {

    /// Google's own member for thoughts.
    static final String THINKING = "extra_body.google.thinking_config";

    /// <https://ai.google.dev/gemini-api/docs/openai#thinking>
    private static final Map<String, Integer> BUDGETS =
            Map.of("none", 0, "minimal", 1024, "low", 1024, "medium", 8192, "high", 24576);

    private static final Set<String> LEVELS = Set.of("MINIMAL", "LOW", "MEDIUM", "HIGH");

    /// Its JSON; empty where the client set nothing.
    ObjectNode json() throws Unmappable {
        ObjectNode config = node();
        Sampling sampling = chat.sampling();
        if (sampling.maxTokens() != null) {
            config.put("maxOutputTokens", sampling.maxTokens());
        }
        number(config, "temperature", sampling.temperature());
        number(config, "topP", sampling.topP());
        number(config, "presencePenalty", sampling.presencePenalty());
        number(config, "frequencyPenalty", sampling.frequencyPenalty());
        if (chat.json().hasNonNull("top_k")) {
            config.set("topK", chat.json().path("top_k"));
        }
        if (sampling.seed() != null) {
            if (sampling.seed() != sampling.seed().intValue()) {
                throw Unmappable.value("seed", "it takes integers of 32 bits");
            }
            config.put("seed", sampling.seed().intValue());
        }
        // 0 is what happens without it; Vertex AI takes 1 to 20 alone, the Gemini API both.
        if (chat.topLogprobs() != null) {
            config.put("responseLogprobs", true);
            if (chat.topLogprobs() > 0) {
                config.put("logprobs", chat.topLogprobs());
            }
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
        JsonNode asked = chat.json().path("extra_body").path("google").path("thinking_config");
        if (!asked.isEmpty()) {
            config.set("thinkingConfig", thinking(asked));
        } else if (chat.reasoningEffort() != null) {
            config.set("thinkingConfig", thinking(chat.reasoningEffort()));
        }
        String resolution = resolution();
        if (resolution != null) {
            config.put("mediaResolution", resolution);
        }
        return config;
    }

    /// Google has one resolution for all media of a request; a part's own is experimental, and for
    /// the third generation alone (<https://ai.google.dev/gemini-api/docs/media-resolution>). No
    /// image gets less than it asks for: it is high where one image asks for that, low where
    /// nothing else is shown but images that ask for that, and otherwise Google's own, for which
    /// null stands.
    private @Nullable String resolution() throws Unmappable {
        EnumSet<ImageDetail> wanted = EnumSet.noneOf(ImageDetail.class);
        for (Turn turn : chat.turns()) {
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolResult result) {
                    for (Part piece : result.content()) {
                        want(piece, wanted);
                    }
                } else {
                    want(part, wanted);
                }
            }
        }
        if (wanted.contains(ImageDetail.HIGH)) {
            return "MEDIA_RESOLUTION_HIGH";
        }
        return wanted.equals(EnumSet.of(ImageDetail.LOW)) ? "MEDIA_RESOLUTION_LOW" : null;
    }

    private static void want(Part part, Set<ImageDetail> wanted) throws Unmappable {
        switch (part) {
            case Part.Media media -> {
                if (!media.is("audio")) {
                    want(media.detail(), media.at(), wanted);
                }
            }
            case Part.ImageUrl image -> want(image.detail(), image.at(), wanted);
            case Part.Text _, Part.ToolCall _, Part.ToolResult _, Part.Thinking _ -> {}
        }
    }

    private static void want(@Nullable ImageDetail detail, String at, Set<ImageDetail> wanted)
            throws Unmappable {
        if (detail == ImageDetail.ORIGINAL) {
            throw Unmappable.value(at + ".detail", "use 'auto', 'low' or 'high'");
        }
        wanted.add(detail == null ? ImageDetail.AUTO : detail);
    }

    private ObjectNode thinking(String effort) throws Unmappable {
        if (GenerateRequest.thinksByBudget(model)) {
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

    /// In Google's own words. As there, effort cannot be named beside them.
    private ObjectNode thinking(JsonNode asked) throws Unmappable {
        if (chat.reasoningEffort() != null) {
            throw Unmappable.value("reasoning_effort", "'%s' says the same".formatted(THINKING));
        }
        ObjectNode config = node();
        if (asked.hasNonNull("thinking_budget")) {
            JsonNode budget = asked.path("thinking_budget");
            wellFormed(budget.isInt(), "thinking_budget", "a number of tokens, or -1");
            config.set("thinkingBudget", budget);
        }
        if (asked.hasNonNull("thinking_level")) {
            JsonNode level = asked.path("thinking_level");
            String name = level.asString("").toUpperCase(Locale.ROOT);
            wellFormed(LEVELS.contains(name), "thinking_level", "minimal, low, medium or high");
            config.put("thinkingLevel", name);
        }
        if (asked.hasNonNull("include_thoughts")) {
            JsonNode thoughts = asked.path("include_thoughts");
            wellFormed(thoughts.isBoolean(), "include_thoughts", "true or false");
            config.set("includeThoughts", thoughts);
        }
        return config;
    }

    private static void wellFormed(boolean is, String member, String what) throws Unmappable {
        if (!is) {
            String name = THINKING + "." + member;
            throw Unmappable.malformed(name, "'%s' must be %s.".formatted(name, what));
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
