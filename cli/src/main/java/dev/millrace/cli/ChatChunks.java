package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The chunks of a chat's answer, each handed out as soon as it has arrived.
final class ChatChunks {

    private static final String END = "[DONE]";

    /// A chunk, or an error that stands in the place of one.
    ///
    /// @param text as it arrived
    record Chunk(String text, JsonNode json) {}

    private final EventStream events;

    /// @param body the caller's to close
    ChatChunks(InputStream body) {
        this.events = new EventStream(body);
    }

    /// Waits for the next chunk; null after the last.
    ///
    /// @throws CommandFailure if it is not JSON, or the stream ends without saying so
    /// @throws IOException if the connection breaks
    @Nullable Chunk next() throws IOException {
        String event = events.next();
        if (event == null) {
            throw CommandFailure.of("the answer broke off before its end", "stream_broken");
        }
        return event.equals(END) ? null : new Chunk(event, parsed(event));
    }

    /// A whole answer, or a chunk.
    static JsonNode parsed(String json) {
        return Json.object(json)
                .orElseThrow(
                        () -> CommandFailure.of("the gateway sent what is not JSON", "not_json"));
    }
}
