package dev.millrace.worker.bedrock;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;

/// Why a model stopped, as OpenAI's API names it.
final class FinishReasons {
    private FinishReasons() {}

    /// Null where what the model wrote is no answer.
    static @Nullable String of(StopReason reason) {
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE, UNKNOWN_TO_SDK_VERSION -> "stop";
            case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> "length";
            case TOOL_USE -> "tool_calls";
            case GUARDRAIL_INTERVENED, CONTENT_FILTERED -> "content_filter";
            case MALFORMED_MODEL_OUTPUT, MALFORMED_TOOL_USE -> null;
        };
    }
}
