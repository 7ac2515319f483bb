package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.ChatChunks.Chunk;
import dev.millrace.cli.compare.ChatApi;
import dev.millrace.cli.compare.Outcome;
import dev.millrace.cli.compare.Outcome.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/// Asks a gateway's models, and measures from before the request is sent until the end of its
/// answer was read. Threads may share it.
///
/// @param nanos tells the time in nanoseconds, from whenever
record MeasuredChat(Gateway gateway, LongSupplier nanos) implements ChatApi {

    private static final String PATH = "/v1/chat/completions";

    /// A code is a word; whatever else stands there is cut, in characters.
    private static final int LONGEST_CODE = 80;

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

    /// How long the answer took. What follows its last chunk is read too: a connection whose answer
    /// was not read to the end serves no second call, and the next one would be measured with a new
    /// connection.
    private Duration stream(InputStream content, MeasuredAnswer answer, long start)
            throws IOException {
        ChatChunks chunks = new ChatChunks(content);
        for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            Optional<ErrorAnswer> error = ErrorAnswer.in(chunk.json());
            if (error.isPresent()) {
                throw error.get().toFailure();
            }
            answer.chunk(chunk.json(), () -> since(start));
        }
        Duration total = since(start);
        content.transferTo(OutputStream.nullOutputStream());
        return total;
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanos.getAsLong() - start);
    }
}
