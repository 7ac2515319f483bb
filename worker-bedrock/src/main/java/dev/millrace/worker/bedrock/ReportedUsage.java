package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.TokenUsage;
import org.jspecify.annotations.Nullable;

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

    private static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : tokens;
    }
}
