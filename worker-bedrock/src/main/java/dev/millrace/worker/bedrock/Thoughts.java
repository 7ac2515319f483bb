package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Unmappable;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningTextBlock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a model has thought, in the blocks that clients get and give back (`thinking_blocks`),
/// which are those of Anthropic's own API, and in Converse's.
final class Thoughts {
    private static final String AT = "messages.thinking_blocks";

    private Thoughts() {}

    /// @throws Unmappable if it is not a block that a client got from here
    static ReasoningContentBlock of(Part.Thinking thinking) throws Unmappable {
        JsonNode block = thinking.block();
        return switch (block.path("type").asString("")) {
            case "thinking" ->
                    ReasoningContentBlock.fromReasoningText(
                            ReasoningTextBlock.builder()
                                    .text(block.path("thinking").asString(""))
                                    .signature(block.path("signature").asString(null))
                                    .build());
            case "redacted_thinking" ->
                    ReasoningContentBlock.fromRedactedContent(
                            hidden(block.path("data").asString("")));
            default -> throw Unmappable.value(AT, "blocks of type thinking or redacted_thinking");
        };
    }

    /// What is to be given back; null where the model wants nothing back.
    static @Nullable ObjectNode block(ReasoningContentBlock content) {
        ReasoningTextBlock text = content.reasoningText();
        if (text != null) {
            return text.signature() == null ? null : thinking(text.text(), text.signature());
        }
        return content.redactedContent() == null ? null : redacted(content.redactedContent());
    }

    static ObjectNode thinking(String text, String signature) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "thinking")
                .put("thinking", text)
                .put("signature", signature);
    }

    static ObjectNode redacted(SdkBytes hidden) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "redacted_thinking")
                .put("data", Base64.getEncoder().encodeToString(hidden.asByteArrayUnsafe()));
    }

    private static SdkBytes hidden(String base64) throws Unmappable {
        try {
            return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException _) {
            throw Unmappable.malformed(AT, "'%s' must hold base64 in 'data'.".formatted(AT));
        }
    }
}
