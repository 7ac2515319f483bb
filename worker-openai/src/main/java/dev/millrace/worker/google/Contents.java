package dev.millrace.worker.google;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes turns as Google's `contents`. <https://ai.google.dev/api/caching#Content>
///
/// @param signed whether the model refuses a turn whose first call has no signature of thoughts
record Contents(boolean signed) {

    /// What Google documents in place of a signature, for calls that another model made or whose
    /// signature the client did not keep: later models refuse a turn whose first call has none.
    /// <https://ai.google.dev/gemini-api/docs/thought-signatures>
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    /// The media type of a URL that names no other; Google wants to be told.
    private static final Map<String, String> IMAGES =
            Map.of(
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "webp", "image/webp",
                    "heic", "image/heic",
                    "heif", "image/heif");

    /// The results of tools stand in a content of their own: Google counts its parts.
    void write(Turn turn, ArrayNode contents) throws Unmappable {
        boolean asks = turn.role() == Turn.Role.USER;
        List<Part> results =
                turn.parts().stream().filter(Part.ToolResult.class::isInstance).toList();
        List<Part> others =
                turn.parts().stream()
                        .filter(part -> !(part instanceof Part.ToolResult))
                        .filter(part -> !(part instanceof Part.Thinking))
                        .toList();
        for (List<Part> parts : List.of(results, others)) {
            if (!parts.isEmpty()) {
                ObjectNode content = contents.addObject().put("role", asks ? "user" : "model");
                ArrayNode written = content.putArray("parts");
                boolean called = false;
                for (Part part : parts) {
                    written.add(part(part, !called));
                    called |= part instanceof Part.ToolCall;
                }
            }
        }
    }

    private ObjectNode part(Part part, boolean firstCall) throws Unmappable {
        return switch (part) {
            case Part.Text text -> node().put("text", text.text());
            case Part.Media media -> inline(media);
            case Part.ImageUrl image -> {
                ObjectNode file = node();
                file.putObject("fileData")
                        .put("mimeType", mediaType(image))
                        .put("fileUri", image.url());
                yield file;
            }
            case Part.ToolCall call -> {
                ObjectNode made = node();
                made.putObject("functionCall")
                        .put("id", call.id())
                        .put("name", call.name())
                        .set("args", call.arguments());
                String signature = signature(call, firstCall);
                yield signature == null ? made : made.put("thoughtSignature", signature);
            }
            case Part.ToolResult result -> response(result);
            case Part.Thinking _ -> throw new IllegalStateException("another provider's thoughts");
        };
    }

    private static ObjectNode inline(Part.Media media) {
        ObjectNode part = node();
        part.putObject("inlineData").put("mimeType", media.mediaType()).put("data", media.base64());
        return part;
    }

    private static String mediaType(Part.ImageUrl image) throws Unmappable {
        String path = image.url().replaceFirst("[?#].*", "");
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = IMAGES.get(ending);
        if (type == null) {
            throw Unmappable.value(
                    image.at(),
                    "send the image in a data: URL, or one that ends in .png, .jpg, .webp");
        }
        return type;
    }

    private @Nullable String signature(Part.ToolCall call, boolean firstCall) {
        String kept =
                call.extra() == null
                        ? null
                        : Bodies.text(call.extra().path("google"), "thought_signature");
        boolean wanted = firstCall && signed;
        return kept == null && wanted ? NO_SIGNATURE : kept;
    }

    private static ObjectNode response(Part.ToolResult result) throws Unmappable {
        if (result.name() == null) {
            throw Unmappable.malformed(
                    "messages", "A tool's message answers a call that no message before it makes.");
        }
        ObjectNode part = node();
        ObjectNode response =
                part.putObject("functionResponse")
                        .put("id", result.callId())
                        .put("name", result.name());
        StringBuilder output = new StringBuilder();
        ArrayNode media = JsonNodeFactory.instance.arrayNode();
        for (Part piece : result.content()) {
            switch (piece) {
                case Part.Text text -> output.append(text.text());
                case Part.Media data -> media.add(inline(data));
                case Part.ImageUrl image ->
                        throw Unmappable.value(image.at(), "tools answer with data: URLs");
                case Part.ToolCall _, Part.ToolResult _, Part.Thinking _ ->
                        throw new IllegalStateException("no content of a tool's message");
            }
        }
        response.putObject("response").put("output", output.toString());
        if (!media.isEmpty()) {
            response.set("parts", media);
        }
        return part;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
