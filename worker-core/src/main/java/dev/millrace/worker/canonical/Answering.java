package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an answer has to know of its call.
///
/// @param created when the call began
/// @param usageAsked whether the client asked for usage at the end of a stream
/// @param images in the prompt
public record Answering(Call call, Instant created, boolean usageAsked, int images) {

    /// The usage to charge: as reported, or else as estimated.
    ///
    /// @param reported null where the provider reported none
    /// @param serviceTier that the provider says it used; null where it says nothing
    /// @param written what the model wrote
    public TokenUsage usage(
            @Nullable TokenUsage reported, @Nullable String serviceTier, CharSequence written) {
        TokenUsage usage =
                reported != null
                        ? reported
                        : TokenUsage.estimate(
                                call.estimatedPromptTokens(),
                                TokenEstimate.tokens(call.model(), written));
        return images == 0 && serviceTier == null
                ? usage
                : usage.with(usage.details().withImages(images).withServiceTier(serviceTier));
    }

    /// The members that answers and chunks begin with.
    ObjectNode head(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", "chatcmpl-" + call.attemptId())
                .put("object", object)
                .put("created", created.getEpochSecond())
                .put("model", call.model());
    }
}
