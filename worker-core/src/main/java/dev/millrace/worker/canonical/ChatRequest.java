package dev.millrace.worker.canonical;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A chat request, read.
///
/// @param system the instructions, in the order in which they came
/// @param turns what was said; neighbours never have the same role
/// @param toolsUsed whether a turn calls a tool or answers such a call
/// @param parallelToolCalls whether the model may call several tools at once
/// @param reasoningEffort how hard the model shall think, in OpenAI's words; null where the client
///   did not say
/// @param topLogprobs how many of the likeliest tokens the client wants beside each token's
///   log-probability, 0 to 20; null where it wants no log-probabilities
/// @param usageAsked whether the client asked for usage at the end of a stream
/// @param images in the turns
/// @param json the request as it came, for what one provider alone understands
public record ChatRequest(
        List<Part.Text> system,
        List<Turn> turns,
        boolean toolsUsed,
        Sampling sampling,
        List<Tool> tools,
        ToolChoice toolChoice,
        boolean parallelToolCalls,
        AnswerFormat format,
        @Nullable String reasoningEffort,
        @Nullable Integer topLogprobs,
        boolean usageAsked,
        int images,
        JsonNode json) {

    public ChatRequest {
        system = List.copyOf(system);
        turns = List.copyOf(turns);
        tools = List.copyOf(tools);
    }
}
