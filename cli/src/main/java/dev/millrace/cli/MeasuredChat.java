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
record MeasuredChat(Gateway gateway, LongSupplier nanos) implements ChatApi {

    private static final String PATH = "/v1/chat/completions";

    @Override
    public Outcome call(ObjectNode body) throws InterruptedException {
        long start = nanos.getAsLong();
        try {
            HttpResponse<InputStream> response =
                    gateway.post(PATH, Json.MAPPER.writeValueAsBytes(body));
            MeasuredAnswer answer = new MeasuredAnswer();
            try (InputStream content = response.body()) {
                if (Gateway.isStream(response)) {
                    stream(content, answer, start);
                } else {
                    String whole = new String(content.readAllBytes(), UTF_8);
                    answer.whole(ChatChunks.parsed(whole));
                }
            } catch (IOException e) {
                throw gateway.broken(e);
            }
            return answer.answered(response, since(start));
        } catch (CommandFailure failure) {
            String code = failure.code().isEmpty() ? "error" : failure.code();
            return new Failed(Printable.line(code), since(start));
        }
    }

    private void stream(InputStream content, MeasuredAnswer answer, long start) throws IOException {
        ChatChunks chunks = new ChatChunks(content);
        for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            Optional<ErrorAnswer> error = ErrorAnswer.in(chunk.json());
            if (error.isPresent()) {
                throw error.get().toFailure();
            }
            answer.chunk(chunk.json(), () -> since(start));
        }
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanos.getAsLong() - start);
    }
}
