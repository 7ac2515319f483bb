package dev.millrace.worker.anthropic;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tokens that Anthropic reports. Its input tokens are those outside the cache, which is how
/// [TokenUsage] has them; thinking is within the output's.
final class MessagesUsage {
    private MessagesUsage() {}

    /// The tokens of a report.
    ///
    /// @param before what was reported earlier in the stream, for what this report leaves out; null
    ///   for nothing
    static TokenUsage of(JsonNode usage, @Nullable TokenUsage before) {
        TokenUsage prompt = before == null || usage.has("input_tokens") ? prompt(usage) : before;
        long output = Bodies.tokens(usage, "output_tokens");
        long thinking =
                Math.min(
                        output,
                        Bodies.tokens(usage.path("output_tokens_details"), "thinking_tokens"));
        return new TokenUsage(
                prompt.input(),
                prompt.cacheRead(),
                prompt.cacheWrite(),
                output - thinking,
                thinking,
                details(usage, prompt.details()),
                false);
    }

    /// The tier that it was served at, as OpenAI's API names it; null where nothing is said.
    static @Nullable String serviceTier(JsonNode usage) {
        String tier = Bodies.text(usage, "service_tier");
        return "standard".equals(tier) ? "default" : tier;
    }

    private static TokenUsage prompt(JsonNode usage) {
        long written = Bodies.tokens(usage, "cache_creation_input_tokens");
        long hour =
                Math.min(
                        written,
                        Bodies.tokens(usage.path("cache_creation"), "ephemeral_1h_input_tokens"));
        return new TokenUsage(
                Bodies.tokens(usage, "input_tokens"),
                Bodies.tokens(usage, "cache_read_input_tokens"),
                written - hour,
                0,
                0,
                new TokenUsage.Details(hour, 0, 0, 0, 0, 0, null),
                false);
    }

    private static TokenUsage.Details details(JsonNode usage, TokenUsage.Details prompt) {
        return new TokenUsage.Details(
                prompt.cacheWriteHour(),
                0,
                0,
                0,
                0,
                Bodies.tokens(usage.path("server_tool_use"), "web_search_requests"),
                null);
    }
}
