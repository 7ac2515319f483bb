package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CacheTTL;

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
        long forAnHour =
                reported.cacheDetails().stream()
                        .filter(detail -> detail.ttl() == CacheTTL.VALUE_1_H)
                        .mapToLong(detail -> count(detail.inputTokens()))
                        .sum();
        long output = count(reported.outputTokens());
        if (input < 0 || cacheRead < 0 || cacheWrite < 0 || output < 0) {
            return null;
        }
        long hour = Math.clamp(forAnHour, 0, cacheWrite);
        TokenUsage.Details details = new TokenUsage.Details(hour, 0, 0, 0, 0, 0, null);
        return new TokenUsage(input, cacheRead, cacheWrite - hour, output, 0, details, false);
    }

    private static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : tokens;
    }
}
