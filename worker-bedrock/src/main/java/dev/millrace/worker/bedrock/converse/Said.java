package dev.millrace.worker.bedrock.converse;

import dev.millrace.worker.canonical.ChatAnswer;
import dev.millrace.worker.provider.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CacheTTL;
import software.amazon.awssdk.services.bedrockruntime.model.CitationGeneratedContent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What Converse tells of an answer, as OpenAI's API has it. Where citations come from has no place
/// there.
public final class Said {
    /// The member of answers, and of the chunk with a stream's usage, for what is Bedrock's alone.
    public static final String OWN = "amazon_bedrock";

    private Said() {}

    /// What the model said.
    public static ChatAnswer by(List<ContentBlock> blocks) {
        ChatAnswer answer = new ChatAnswer();
        for (ContentBlock block : blocks) {
            switch (block.type()) {
                case TEXT -> answer.text(block.text());
                case CITATIONS_CONTENT -> {
                    for (CitationGeneratedContent cited : block.citationsContent().content()) {
                        answer.text(cited.text());
                    }
                }
                case REASONING_CONTENT -> {
                    if (block.reasoningContent().reasoningText() != null) {
                        answer.reasoning(block.reasoningContent().reasoningText().text());
                    }
                    ObjectNode thoughts = Blocks.thoughts(block.reasoningContent());
                    if (thoughts != null) {
                        answer.thinkingBlock(thoughts);
                    }
                }
                case TOOL_USE -> {
                    ToolUseBlock call = block.toolUse();
                    answer.toolCall(
                            call.toolUseId(),
                            call.name(),
                            Documents.json(call.input()).toString(),
                            null);
                }
                default -> {}
            }
        }
        return answer;
    }

    /// Why the model stopped, as OpenAI's API names it; null where what it wrote is no answer.
    public static @Nullable String finishReason(StopReason reason) {
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE, UNKNOWN_TO_SDK_VERSION -> "stop";
            case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> "length";
            case TOOL_USE -> "tool_calls";
            case GUARDRAIL_INTERVENED, CONTENT_FILTERED -> "content_filter";
            case MALFORMED_MODEL_OUTPUT, MALFORMED_TOOL_USE -> null;
        };
    }

    /// The tokens that Bedrock reports; null where it reports none, or nothing that makes sense.
    /// Its input tokens are those outside the cache, which is how [TokenUsage] has them; OpenAI
    /// counts the cache's within the prompt's.
    public static @Nullable TokenUsage usage(
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

    /// How long Bedrock says that the call took there, as clients read it.
    ///
    /// @param millis null where Bedrock did not say
    public static JsonNode latency(@Nullable Long millis) {
        return JsonNodeFactory.instance.objectNode().put("latency_ms", millis);
    }
}
