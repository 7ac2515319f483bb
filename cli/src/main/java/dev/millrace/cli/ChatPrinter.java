package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.ChatChunks.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints one answer while it arrives, and keeps what the line about its usage needs.
final class ChatPrinter {

    private final PrintWriter out;
    private final boolean raw;
    private final boolean forTerminal;
    private final InstantSource clock;
    private @Nullable Instant firstText;
    private @Nullable JsonNode usage;
    private String finishReason = "";
    private boolean lineOpen;

    /// @param raw whether to print the API's JSON instead of the text
    ChatPrinter(Surroundings around, boolean raw) {
        this.out = around.out();
        this.raw = raw;
        this.forTerminal = around.terminal();
        this.clock = around.clock();
    }

    /// Prints an answer that comes in chunks, each as soon as it is there.
    ///
    /// @param requestId names the request in an error; empty where it is not known
    /// @throws IOException if the connection breaks
    void stream(InputStream body, String requestId) throws IOException {
        ChatChunks chunks = new ChatChunks(body);
        try {
            for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                chunk(chunk, requestId);
            }
        } finally {
            endLine();
        }
    }

    /// Prints an answer that comes at once.
    ///
    /// @throws IOException if the connection breaks
    void whole(InputStream body) throws IOException {
        String json = new String(body.readAllBytes(), UTF_8);
        JsonNode answer = ChatChunks.parsed(json);
        if (raw) {
            print(json);
        }
        take(answer, "message");
        firstText = null;
        endLine();
    }

    /// The tokens and the cost, as the API reports them; null where it did not.
    @Nullable JsonNode usage() {
        return usage;
    }

    /// When the first text of a stream was there; null where there was none.
    @Nullable Instant firstText() {
        return firstText;
    }

    /// Why the answer ended, as the API names it; empty where it did not say.
    String finishReason() {
        return finishReason;
    }

    private void chunk(Chunk chunk, String requestId) {
        if (raw) {
            print(chunk.text() + "\n");
        }
        Optional<ErrorAnswer> error = ErrorAnswer.in(chunk.json());
        if (error.isPresent()) {
            throw error.get().withRequestId(requestId).toFailure();
        }
        take(chunk.json(), "delta");
    }

    private void take(JsonNode part, String member) {
        JsonNode reported = part.path("usage");
        if (reported.isObject()) {
            usage = reported;
        }
        List<JsonNode> choices = Json.objects(part, "choices");
        if (choices.isEmpty()) {
            return;
        }
        JsonNode choice = choices.getFirst();
        String reason = Json.text(choice, "finish_reason");
        if (!reason.isEmpty()) {
            finishReason = reason;
        }
        String text = Json.text(choice.path(member), "content");
        if (text.isEmpty()) {
            text = Json.text(choice.path(member), "refusal");
        }
        if (text.isEmpty()) {
            return;
        }
        if (firstText == null) {
            firstText = clock.instant();
        }
        if (!raw) {
            print(forTerminal ? Printable.text(text) : text);
        }
    }

    /// Writes through to the terminal. A closed output ends the request too: nobody would read what
    /// the rest of it costs.
    private void print(String text) {
        out.print(text);
        if (out.checkError()) {
            throw CommandFailure.of("cannot write the answer: the output is closed");
        }
        if (!text.isEmpty()) {
            lineOpen = !text.endsWith("\n");
        }
    }

    private void endLine() {
        if (lineOpen) {
            lineOpen = false;
            out.println();
            out.flush();
        }
    }
}
