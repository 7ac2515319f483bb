package dev.millrace.worker.gemini;

import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a stream of content. Nothing says that it is over but its end; every event may tell the
/// usage, and the last one counts. For one thread.
final class GenerateEvents implements EventReader {
    private final GenerateExchange exchange;
    private final ChatChunks chunks;
    private int calls;
    private @Nullable End end;

    GenerateEvents(GenerateExchange exchange, ChunkBatch batch) {
        this.exchange = exchange;
        this.chunks = new ChatChunks(exchange.answering(), batch);
    }

    @Override
    public void event(byte[] data) {
        JsonNode content = Bodies.tree(data);
        if (content == null || !content.isObject()) {
            end = new End.Nonsense("an event that is not JSON");
            return;
        }
        Optional<UpstreamError> error =
                content.has("error") ? ErrorBody.read(data) : Optional.empty();
        if (error.isPresent()) {
            end = new End.Failed(error.get());
            return;
        }
        JsonNode told = content.path("usageMetadata");
        chunks.serviceTier(GenerateExchange.serviceTier(told));
        boolean stopped = chunks.finishReason() != null;
        if (!stopped) {
            content.path("candidates").path(0).path("content").path("parts").forEach(this::part);
        }
        GenerateExchange.Stop stop =
                stopped ? null : GenerateExchange.stop(content, chunks.callsTools());
        usage(told, stopped || stop != null);
        if (stop != null) {
            stop(stop);
        }
    }

    @Override
    public @Nullable End end() {
        return end;
    }

    @Override
    public boolean complete() {
        return chunks.finishReason() != null;
    }

    @Override
    public void close() {
        chunks.close();
    }

    @Override
    public @Nullable String finishReason() {
        return chunks.finishReason();
    }

    @Override
    public TokenUsage usage() {
        return chunks.used();
    }

    private void part(JsonNode part) {
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
            int index = calls++;
            chunks.toolCall(
                    index,
                    exchange.callId(call, index),
                    call.path("name").asString(""),
                    GenerateExchange.extra(part));
            chunks.toolArguments(index, GenerateExchange.arguments(call));
            chunks.toolEnd(index);
        } else if (part.path("thought").asBoolean(false)) {
            chunks.reasoning(part.path("text").asString(""));
        } else {
            chunks.text(part.path("text").asString(""));
        }
    }

    private void usage(JsonNode told, boolean last) {
        if (told.isObject()) {
            TokenUsage used = GenerateExchange.used(told);
            if (last) {
                chunks.usage(used);
            } else {
                chunks.usageSoFar(used);
            }
        }
    }

    private void stop(GenerateExchange.Stop stop) {
        if (stop.finishReason() == null) {
            end = new End.Nonsense("no content: " + stop.reason());
            return;
        }
        if (stop.words() != null) {
            chunks.refusal(stop.words());
        }
        chunks.finish(stop.finishReason());
    }
}
