package dev.millrace.worker.bedrock.converse;

import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Unmappable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentFormat;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentSource;
import software.amazon.awssdk.services.bedrockruntime.model.ImageBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.ImageSource;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningTextBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Parts of a turn as Converse takes them. A worker fetches nothing for a client.
final class Blocks {
    private static final Map<String, ImageFormat> IMAGES =
            Map.of(
                    "image/png", ImageFormat.PNG,
                    "image/jpeg", ImageFormat.JPEG,
                    "image/gif", ImageFormat.GIF,
                    "image/webp", ImageFormat.WEBP);

    private static final String THINKING = "messages.thinking_blocks";

    private Blocks() {}

    /// Adds a part, and where the prompt is to be cached up to it.
    static void add(Part part, List<ContentBlock> blocks) throws Unmappable {
        blocks.add(of(part));
        JsonNode cacheControl =
                switch (part) {
                    case Part.Text text -> text.cacheControl();
                    case Part.Media media -> media.cacheControl();
                    case Part.ImageUrl image -> image.cacheControl();
                    case Part.ToolCall _, Part.ToolResult _, Part.Thinking _ -> null;
                };
        if (cacheControl != null) {
            blocks.add(ContentBlock.fromCachePoint(cachePoint(cacheControl)));
        }
    }

    /// Where the prompt is to be cached.
    ///
    /// @param cacheControl in Anthropic's terms
    static CachePointBlock cachePoint(JsonNode cacheControl) {
        return CachePointBlock.builder()
                .type(CachePointType.DEFAULT)
                .ttl(cacheControl.path("ttl").asString(null))
                .build();
    }

    private static ContentBlock of(Part part) throws Unmappable {
        return switch (part) {
            case Part.Text text -> ContentBlock.fromText(text.text());
            case Part.Media media when media.mediaType().equals("application/pdf") ->
                    ContentBlock.fromDocument(document(media));
            case Part.Media media -> ContentBlock.fromImage(image(media));
            case Part.ImageUrl image ->
                    throw Unmappable.value(image.at(), "send the image itself, as a data: URL");
            case Part.ToolCall call ->
                    ContentBlock.fromToolUse(
                            ToolUseBlock.builder()
                                    .toolUseId(call.id())
                                    .name(call.name())
                                    .input(Documents.of(call.arguments()))
                                    .build());
            case Part.ToolResult result ->
                    ContentBlock.fromToolResult(
                            ToolResultBlock.builder()
                                    .toolUseId(result.callId())
                                    .content(results(result.content()))
                                    .build());
            case Part.Thinking thinking -> ContentBlock.fromReasoningContent(reasoning(thinking));
        };
    }

    private static List<ToolResultContentBlock> results(List<Part> parts) throws Unmappable {
        List<ToolResultContentBlock> blocks = new ArrayList<>();
        for (Part part : parts) {
            ContentBlock block = of(part);
            blocks.add(
                    switch (block.type()) {
                        case IMAGE -> ToolResultContentBlock.fromImage(block.image());
                        case DOCUMENT -> ToolResultContentBlock.fromDocument(block.document());
                        default -> ToolResultContentBlock.fromText(block.text());
                    });
        }
        return blocks;
    }

    private static ImageBlock image(Part.Media media) throws Unmappable {
        ImageFormat format = IMAGES.get(media.mediaType());
        if (format == null) {
            throw Unmappable.value(media.at(), "it takes PNG, JPEG, GIF, WebP and PDF");
        }
        return ImageBlock.builder()
                .format(format)
                .source(ImageSource.fromBytes(bytes(media)))
                .build();
    }

    private static DocumentBlock document(Part.Media media) {
        return DocumentBlock.builder()
                .format(DocumentFormat.PDF)
                .name("document")
                .source(DocumentSource.fromBytes(bytes(media)))
                .build();
    }

    private static SdkBytes bytes(Part.Media media) {
        return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(media.base64()));
    }

    /// What a model has thought, in the blocks that clients get and give back (`thinking_blocks`),
    /// which are those of Anthropic's own API.
    ///
    /// @throws Unmappable if it is not a block that a client got from here
    private static ReasoningContentBlock reasoning(Part.Thinking thinking) throws Unmappable {
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
            default ->
                    throw Unmappable.value(
                            THINKING, "blocks of type thinking or redacted_thinking");
        };
    }

    /// What is to be given back of what a model thought; null where the model wants nothing back.
    static @Nullable ObjectNode thoughts(ReasoningContentBlock content) {
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
            throw Unmappable.malformed(
                    THINKING, "'%s' must hold base64 in 'data'.".formatted(THINKING));
        }
    }
}
