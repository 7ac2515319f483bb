package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.ChatChunks.Chunk;
import dev.millrace.cli.compare.ChatApi;
import dev.millrace.cli.compare.Outcome;
import dev.millrace.cli.compare.Outcome.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/// Asks a gateway's models, and measures from before the request is sent until the end of its
/// answer was read. Threads may share it.
///
/// @param nanos tells the time in nanoseconds, from whenever
/// @param patience how long the end of an answer's body is waited for after its last chunk
record MeasuredChat(Gateway gateway, LongSupplier nanos, Duration patience) implements ChatApi {

    private static final String PATH = "/v1/chat/completions";

    /// A code is a word; whatever else stands there is cut, in characters.
    private static final int LONGEST_CODE = 80;

    /// The end of a body is there at once; waiting longer slows a comparison more than a new
    /// connection does.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// What is read after an answer's last chunk, in bytes.
    private static final int LONGEST_REST = 64 * 1024;

    MeasuredChat(Gateway gateway, LongSupplier nanos) {
        this(gateway, nanos, PATIENCE);
    }

    @Override
    public Outcome call(ObjectNode body) throws InterruptedException {
        long start = nanos.getAsLong();
        try {
            HttpResponse<InputStream> response =
                    gateway.post(PATH, Json.MAPPER.writeValueAsBytes(body));
            MeasuredAnswer answer = new MeasuredAnswer();
            Duration total;
            try (InputStream content = response.body()) {
                if (Gateway.isStream(response)) {
                    total = stream(content, answer, start);
                } else {
                    String whole = new String(content.readAllBytes(), UTF_8);
                    total = since(start);
                    answer.whole(ChatChunks.parsed(whole));
                }
            } catch (IOException e) {
                throw gateway.broken(e);
            }
            return answer.answered(response, total);
        } catch (CommandFailure failure) {
            String code = failure.code().isEmpty() ? "error" : failure.code();
            String line = Printable.line(code);
            return new Failed(
                    line.substring(0, Math.min(line.length(), LONGEST_CODE)), since(start));
        }
    }

    /// How long the answer took.
    private Duration stream(InputStream content, MeasuredAnswer answer, long start)
            throws IOException, InterruptedException {
        ChatChunks chunks = new ChatChunks(content);
        for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            Optional<ErrorAnswer> error = ErrorAnswer.in(chunk.json());
            if (error.isPresent()) {
                throw error.get().toFailure();
            }
            answer.chunk(chunk.json(), () -> since(start));
        }
        Duration total = since(start);
        Thread.startVirtualThread(() -> skipRest(content)).join(patience);
        return total;
    }

    /// Reads to the end of the body, if it is near: a connection whose answer was not read to the
    /// end serves no second call, and the next one would be measured with a new connection. Ends at
    /// the latest when the body is closed.
    private static void skipRest(InputStream content) {
        try {
            content.readNBytes(LONGEST_REST);
        } catch (IOException _) {
            // The answer is complete.
        }
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanos.getAsLong() - start);
    }
}
