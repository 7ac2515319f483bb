package dev.millrace.worker.google;

import dev.millrace.worker.canonical.ChatChunks;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.ChatEvents;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads a stream of content. Nothing says that it is over but its end; every event may tell the
/// usage, and the last one counts. For one thread.
final class GenerateEvents extends ChatEvents {
    private final GenerateExchange exchange;
    private int calls;

    GenerateEvents(GenerateExchange exchange, ChunkBatch batch) {
        super(new ChatChunks(exchange.answering(), batch));
        this.exchange = exchange;
    }

    @Override
    protected void event(JsonNode content, byte[] data) {
        Optional<UpstreamError> error =
                content.has("error") ? ErrorBody.read(data) : Optional.empty();
        if (error.isPresent()) {
            end(new End.Failed(error.get()));
            return;
        }
        JsonNode told = content.path("usageMetadata");
        chunks().serviceTier(GenerateExchange.serviceTier(told));
        boolean stopped = chunks().finishReason() != null;
        if (!stopped) {
            JsonNode candidate = content.path("candidates").path(0);
            chunks().logprobs(GenerateExchange.logprobs(candidate));
            candidate.path("content").path("parts").forEach(this::part);
        }
        GenerateExchange.Stop stop =
                stopped ? null : GenerateExchange.stop(content, chunks().callsTools());
        usage(told, stopped || stop != null);
        if (stop != null) {
            stop(stop);
        }
    }

    private void part(JsonNode part) {
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
            int index = calls++;
            chunks().toolCall(
                            index,
                            exchange.callId(call, index),
                            call.path("name").asString(""),
                            GenerateExchange.extra(part));
            chunks().toolArguments(index, GenerateExchange.arguments(call));
            chunks().toolEnd(index);
        } else if (part.path("thought").asBoolean(false)) {
            chunks().reasoning(part.path("text").asString(""));
        } else {
            chunks().text(part.path("text").asString(""));
        }
    }

    private void usage(JsonNode told, boolean last) {
        if (told.isObject()) {
            TokenUsage used = GenerateExchange.used(told);
            if (last) {
                chunks().usage(used);
            } else {
                chunks().usageSoFar(used);
            }
        }
    }

    private void stop(GenerateExchange.Stop stop) {
        if (stop.finishReason() == null) {
            end(new End.Nonsense("no content: " + stop.reason()));
            return;
        }
        if (stop.words() != null) {
            chunks().refusal(stop.words());
        }
        chunks().finish(stop.finishReason());
    }
}
