package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The `usage` of an answer, with its cost and its currency; an unknown cost is null. OpenAI counts
/// cached and audio tokens within the prompt's, and reasoning and audio within the completion's.
final class UsageJson {
    private UsageJson() {}

    static ObjectNode chat(TokenUsage usage, Pricing pricing) {
        TokenUsage.Details details = usage.details();
        long cacheWrite = usage.cacheWrite() + details.cacheWriteHour();
        long prompt = usage.input() + usage.cacheRead() + cacheWrite + details.audioInput();
        long completion = usage.output() + usage.reasoning() + details.audioOutput();
        ObjectNode json = withCost(usage, pricing);
        json.put("prompt_tokens", prompt);
        json.put("completion_tokens", completion);
        json.put("total_tokens", prompt + completion);
        ObjectNode ofPrompt =
                json.putObject("prompt_tokens_details")
                        .put("cached_tokens", usage.cacheRead())
                        .put("cache_write_tokens", cacheWrite);
        if (details.audioInput() > 0) {
            ofPrompt.put("audio_tokens", details.audioInput());
        }
        ObjectNode ofCompletion =
                json.putObject("completion_tokens_details")
                        .put("reasoning_tokens", usage.reasoning());
        if (details.audioOutput() > 0) {
            ofCompletion.put("audio_tokens", details.audioOutput());
        }
        return json;
    }

    static ObjectNode embeddings(TokenUsage usage, Pricing pricing) {
        return withCost(usage, pricing)
                .put("prompt_tokens", usage.input())
                .put("total_tokens", usage.input());
    }

    private static ObjectNode withCost(TokenUsage usage, Pricing pricing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Optional<Pricing.Cost> cost = pricing.cost(usage);
        if (cost.isPresent()) {
            json.put("cost", cost.get().plain()).put("cost_currency", cost.get().currency());
        } else {
            json.putNull("cost");
        }
        return json;
    }
}
