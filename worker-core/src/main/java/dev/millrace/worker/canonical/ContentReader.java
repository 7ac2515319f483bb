package dev.millrace.worker.canonical;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the content of messages: text, and the images, sounds and documents of users.
final class ContentReader {
    private static final String BASE64 = ";base64";

    private ContentReader() {}

    /// The content of a user's message, or of a tool's.
    ///
    /// @param at where the content stands in the request
    static List<Part> parts(JsonNode content, String at) throws Unmappable {
        if (!content.isArray()) {
            return List.of(new Part.Text(string(content, at), null));
        }
        List<Part> parts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            parts.add(part(content.path(i), at + "[" + i + "]"));
        }
        return parts;
    }

    /// Content that can be nothing but text.
    static List<Part.Text> texts(JsonNode content, String at) throws Unmappable {
        if (!content.isArray()) {
            return List.of(new Part.Text(string(content, at), null));
        }
        List<Part.Text> texts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            texts.add(text(content.path(i), at + "[" + i + "]"));
        }
        return texts;
    }

    /// A member that may be missing.
    static @Nullable JsonNode cacheControl(JsonNode holder) {
        JsonNode mark = holder.path("cache_control");
        return mark.isObject() ? mark : null;
    }

    private static Part part(JsonNode part, String at) throws Unmappable {
        return switch (part.path("type").asString("")) {
            case "image_url" -> image(part, at + ".image_url");
            case "input_audio" -> audio(part, at + ".input_audio");
            case "file" -> file(part, at + ".file");
            default -> text(part, at);
        };
    }

    private static String string(JsonNode content, String at) throws Unmappable {
        if (!content.isString()) {
            throw Unmappable.malformed(at, "'%s' must be a string or an array.".formatted(at));
        }
        return content.stringValue();
    }

    private static Part.Text text(JsonNode part, String at) throws Unmappable {
        String type = part.path("type").asString("");
        if (!type.equals("text") && !type.equals("refusal")) {
            throw Unmappable.value(at + ".type", "it takes text, and media from the user");
        }
        return new Part.Text(string(part.path(type), at + "." + type), cacheControl(part));
    }

    private static Part image(JsonNode part, String at) throws Unmappable {
        JsonNode image = part.path("image_url");
        String url = image.isString() ? image.stringValue() : image.path("url").asString("");
        if (url.isBlank()) {
            throw Unmappable.malformed(at, "'%s' must hold a URL.".formatted(at));
        }
        ImageDetail detail = detail(image.path("detail"), at + ".detail");
        return url.regionMatches(true, 0, "data:", 0, 5)
                ? media(url, at, detail, cacheControl(part))
                : new Part.ImageUrl(url, at, detail, cacheControl(part));
    }

    private static @Nullable ImageDetail detail(JsonNode detail, String at) throws Unmappable {
        if (Bodies.absent(detail)) {
            return null;
        }
        return switch (detail.asString("")) {
            case "auto" -> ImageDetail.AUTO;
            case "low" -> ImageDetail.LOW;
            case "high" -> ImageDetail.HIGH;
            case "original" -> ImageDetail.ORIGINAL;
            default ->
                    throw Unmappable.malformed(
                            at, "'%s' must be auto, low, high or original.".formatted(at));
        };
    }

    private static Part audio(JsonNode part, String at) throws Unmappable {
        JsonNode audio = part.path("input_audio");
        String data = audio.path("data").asString("");
        String format = audio.path("format").asString("").toLowerCase(Locale.ROOT);
        if (data.isEmpty() || format.isEmpty()) {
            throw Unmappable.malformed(at, "'%s' needs 'data' and a 'format'.".formatted(at));
        }
        return new Part.Media("audio/" + format, checked(data, at), at, null, cacheControl(part));
    }

    private static Part file(JsonNode part, String at) throws Unmappable {
        String data = part.path("file").path("file_data").asString("");
        if (data.isEmpty()) {
            throw Unmappable.value(at, "send the file itself, in 'file_data'");
        }
        return data.regionMatches(true, 0, "data:", 0, 5)
                ? media(data, at, null, cacheControl(part))
                : new Part.Media(
                        "application/pdf", checked(data, at), at, null, cacheControl(part));
    }

    /// What a `data:` URL holds (RFC 2397).
    private static Part.Media media(
            String url, String at, @Nullable ImageDetail detail, @Nullable JsonNode cacheControl)
            throws Unmappable {
        int comma = url.indexOf(',');
        String type = comma < 0 ? "" : url.substring(5, comma).toLowerCase(Locale.ROOT);
        if (!type.endsWith(BASE64) || type.length() == BASE64.length()) {
            throw Unmappable.value(at, "a data: URL names its media type and is in Base64");
        }
        String mediaType = type.substring(0, type.length() - BASE64.length());
        return new Part.Media(
                mediaType.equals("image/jpg") ? "image/jpeg" : mediaType,
                checked(url.substring(comma + 1), at),
                at,
                detail,
                cacheControl);
    }

    private static String checked(String base64, String at) throws Unmappable {
        if (!isBase64(base64)) {
            throw Unmappable.malformed(at, "'%s' is not valid Base64.".formatted(at));
        }
        return base64;
    }

    /// Whether [java.util.Base64]'s basic decoder takes it; decodes nothing, for media are large
    /// and mostly go on as they are.
    static boolean isBase64(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=' && text.length() - end < 2) {
            end--;
        }
        boolean padded = end < text.length();
        if (end % 4 == 1 || (padded && text.length() % 4 != 0)) {
            return false;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') {
                return false;
            }
        }
        return true;
    }
}
