package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Unmappable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.JsonNode;

/// Parts of a turn as Converse takes them. A worker fetches nothing for a client.
final class Blocks {
    private static final Map<String, ImageFormat> IMAGES =
            Map.of(
                    "image/png", ImageFormat.PNG,
                    "image/jpeg", ImageFormat.JPEG,
                    "image/gif", ImageFormat.GIF,
                    "image/webp", ImageFormat.WEBP);

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
            case Part.Thinking thinking -> ContentBlock.fromReasoningContent(Thoughts.of(thinking));
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
}
