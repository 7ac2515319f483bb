package dev.millrace.worker.canonical;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A piece of a turn.
public sealed interface Part {

    /// Words.
    ///
    /// @param cacheControl where the client wants its prompt cached up to here, in Anthropic's
    ///   terms, which other gateways and clients use in OpenAI's messages; null for nothing
    record Text(String text, @Nullable JsonNode cacheControl) implements Part {}

    /// An image, a sound or a document that the request itself carries.
    ///
    /// @param mediaType in lower case: `image/png`
    /// @param base64 its bytes
    /// @param at where it stands in the request, for errors
    /// @param detail of an image; null where the client did not say
    /// @param cacheControl as in [Text]
    record Media(
            String mediaType,
            String base64,
            String at,
            @Nullable ImageDetail detail,
            @Nullable JsonNode cacheControl)
            implements Part {

        /// Whether the media type is one of these: `image`, `audio`, `application`.
        public boolean is(String family) {
            return mediaType.startsWith(family + "/");
        }
    }

    /// An image that the provider has to fetch.
    ///
    /// @param at where it stands in the request, for errors
    /// @param detail as in [Media]
    /// @param cacheControl as in [Text]
    record ImageUrl(
            String url, String at, @Nullable ImageDetail detail, @Nullable JsonNode cacheControl)
            implements Part {}

    /// The model calls a tool.
    ///
    /// @param arguments a JSON object
    /// @param extra what the provider added to the call and wants back, in `extra_content`; null
    ///   for nothing
    record ToolCall(String id, String name, JsonNode arguments, @Nullable JsonNode extra)
            implements Part {}

    /// What a tool gave back.
    ///
    /// @param name of the tool, if an earlier turn called it; null otherwise
    record ToolResult(String callId, @Nullable String name, List<Part> content) implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /// What the model thought, as the provider gave it out in `thinking_blocks` and wants it back.
    record Thinking(JsonNode block) implements Part {}
}
