package dev.millrace.worker.bedrock;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.ImageSource;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import tools.jackson.databind.JsonNode;

/// Reads the content of messages: text, and images that the request itself carries. A worker
/// fetches nothing for a client.
final class ContentReader {
    private static final Map<String, ImageFormat> FORMATS =
            Map.of(
                    "image/png", ImageFormat.PNG,
                    "image/jpeg", ImageFormat.JPEG,
                    "image/jpg", ImageFormat.JPEG,
                    "image/gif", ImageFormat.GIF,
                    "image/webp", ImageFormat.WEBP);

    private static final String BASE64 = ";base64";

    private ContentReader() {}

    /// The content of a user's message.
    static List<ContentBlock> blocks(JsonNode content, String message) throws Unmappable {
        String at = message + ".content";
        List<ContentBlock> blocks = new ArrayList<>();
        if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                String where = at + "[" + i + "]";
                JsonNode part = content.path(i);
                ImageBlock image = image(part, where);
                blocks.add(
                        image == null
                                ? ContentBlock.fromText(text(part, where))
                                : ContentBlock.fromImage(image));
            }
        } else {
            blocks.add(ContentBlock.fromText(string(content, at)));
        }
        return blocks;
    }

    /// What a tool gave back.
    static List<ToolResultContentBlock> toolResults(JsonNode content, String message)
            throws Unmappable {
        List<ToolResultContentBlock> blocks = new ArrayList<>();
        for (String text : texts(content, message + ".content")) {
            blocks.add(ToolResultContentBlock.fromText(text));
        }
        return blocks;
    }

    /// Content that can be nothing but text.
    static List<String> texts(JsonNode content, String at) throws Unmappable {
        if (!content.isArray()) {
            return List.of(string(content, at));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            texts.add(text(content.path(i), at + "[" + i + "]"));
        }
        return texts;
    }

    private static String string(JsonNode content, String at) throws Unmappable {
        if (!content.isString()) {
            throw Unmappable.malformed(at, "'%s' must be a string or an array.".formatted(at));
        }
        return content.stringValue();
    }

    private static String text(JsonNode part, String at) throws Unmappable {
        String type = part.path("type").asString("");
        if (!type.equals("text") && !type.equals("refusal")) {
            throw Unmappable.value(at + ".type", "it takes text, and images from the user");
        }
        return string(part.path(type), at + "." + type);
    }

    private static @Nullable ImageBlock image(JsonNode part, String at) throws Unmappable {
        if (!"image_url".equals(part.path("type").asString(""))) {
            return null;
        }
        String param = at + ".image_url";
        String url = part.path("image_url").path("url").asString("");
        int comma = url.indexOf(',');
        if (!url.regionMatches(true, 0, "data:", 0, 5) || comma < 0) {
            throw Unmappable.value(param, "send the image itself, as a data: URL");
        }
        String type = url.substring(5, comma).toLowerCase(Locale.ROOT);
        ImageFormat format =
                type.endsWith(BASE64)
                        ? FORMATS.get(type.substring(0, type.length() - BASE64.length()))
                        : null;
        if (format == null) {
            throw Unmappable.value(param, "it takes PNG, JPEG, GIF and WebP in Base64");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(url.substring(comma + 1));
            return ImageBlock.builder()
                    .format(format)
                    .source(ImageSource.fromBytes(SdkBytes.fromByteArrayUnsafe(bytes)))
                    .build();
        } catch (IllegalArgumentException _) {
            throw Unmappable.malformed(param, "The image is not Base64.");
        }
    }
}
