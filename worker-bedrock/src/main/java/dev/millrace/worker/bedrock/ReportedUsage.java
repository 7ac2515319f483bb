package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tokens that Bedrock reports. Its input tokens are those outside the cache, which is how
/// [TokenUsage] has them; OpenAI counts the cache's within the prompt's.
final class ReportedUsage {
    private ReportedUsage() {}

    /// Null where nothing is reported, or nothing that makes sense.
    static @Nullable TokenUsage of(
            software.amazon.awssdk.services.bedrockruntime.model.@Nullable TokenUsage reported) {
        if (reported == null) {
            return null;
        }
        long input = count(reported.inputTokens());
        long cacheRead = count(reported.cacheReadInputTokens());
        long cacheWrite = count(reported.cacheWriteInputTokens());
        long output = count(reported.outputTokens());
        return input < 0 || cacheRead < 0 || cacheWrite < 0 || output < 0
                ? null
                : new TokenUsage(input, cacheRead, cacheWrite, output, 0, false);
    }

    /// The `usage` object of an answer, with its cost; an unknown cost is null.
    static ObjectNode json(TokenUsage usage, Pricing pricing) {
        long prompt = usage.input() + usage.cacheRead() + usage.cacheWrite();
        long completion = usage.output() + usage.reasoning();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Optional<BigDecimal> cost = pricing.cost(usage);
        if (cost.isPresent()) {
            json.put("cost", new BigDecimal(cost.get().stripTrailingZeros().toPlainString()));
        } else {
            json.putNull("cost");
        }
        json.put("prompt_tokens", prompt);
        json.put("completion_tokens", completion);
        json.put("total_tokens", prompt + completion);
        json.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cacheRead())
                .put("cache_write_tokens", usage.cacheWrite());
        return json;
    }

    private static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : tokens;
    }
}
