package dev.millrace.worker.cohere;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatAnswer;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.TokenLogprob;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One call of chat.
///
/// @param path below the root
record CohereExchange(String path, byte[] body, Answering answering) implements Exchange {

    @Override
    public Whole whole(byte[] json) {
        JsonNode said = Bodies.tree(json);
        if (said == null || !said.path("message").isObject()) {
            return error(json)
                    .<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("not a message", TokenUsage.NONE));
        }
        ChatAnswer answer = new ChatAnswer();
        read(said.path("message"), answer);
        answer.logprobs(logprobs(said.path("logprobs")));
        TokenUsage usage = answering.usage(usage(said.path("usage")), null, answer.written());
        String reason = finishReason(said);
        if (reason == null) {
            return new Whole.Nonsense("a message without a good end", usage);
        }
        return new Whole.Answered(answer.json(answering, reason, usage), reason, usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        return new CohereEvents(answering, batch);
    }

    /// The error that a body of Cohere's own form holds; empty if it holds none.
    static Optional<UpstreamError> error(byte[] body) {
        JsonNode told = Bodies.tree(body);
        String message = told == null ? null : Bodies.text(told, "message");
        return Optional.ofNullable(message).map(UpstreamError::new);
    }

    /// How probable the answer's tokens are; empty where nothing is told.
    ///
    /// Cohere tells it of chunks of text. A chunk is made of one token or of several, and what text
    /// each of them has is not told: a chunk stands as one token here, whose probability is that
    /// all of them were drawn one after the other, which is the sum of their logarithms.
    ///
    /// @param told a chunk, or an array of them
    static List<TokenLogprob> logprobs(JsonNode told) {
        List<TokenLogprob> tokens = new ArrayList<>();
        for (JsonNode chunk : told.isArray() ? told : List.of(told)) {
            JsonNode logprobs = chunk.path("logprobs");
            if (!logprobs.isEmpty()) {
                BigDecimal sum = BigDecimal.ZERO;
                for (JsonNode logprob : logprobs) {
                    sum = sum.add(logprob.decimalValue(TokenLogprob.UNLIKELY));
                }
                tokens.add(
                        new TokenLogprob(
                                new TokenLogprob.Candidate(chunk.path("text").asString(""), sum),
                                List.of()));
            }
        }
        return tokens;
    }

    /// Why the model stopped, as OpenAI's API names it; null where nothing says so, or its work
    /// came to no good end: `ERROR`, `TIMEOUT`.
    ///
    /// @param holder of the reason
    static @Nullable String finishReason(JsonNode holder) {
        String reason = holder.path("finish_reason").asString("");
        return switch (reason) {
            case "", "TIMEOUT" -> null;
            case "MAX_TOKENS" -> "length";
            case "TOOL_CALL" -> "tool_calls";
            // COMPLETE, STOP_SEQUENCE, or a reason that is newer than this.
            default -> reason.startsWith("ERROR") ? null : "stop";
        };
    }

    /// The tokens that are charged; null where nothing is reported.
    ///
    /// Cohere reports two counts and charges `billed_units`: `tokens` counts those too that Cohere
    /// itself adds to the prompt and to the answer
    /// (<https://docs.cohere.com/docs/how-does-cohere-pricing-work>). It stands in where a server
    /// reports no other. Cached tokens are told beside, and are part of the prompt's.
    static @Nullable TokenUsage usage(JsonNode told) {
        JsonNode counted =
                told.path(
                        told.path("billed_units").has("input_tokens") ? "billed_units" : "tokens");
        if (!counted.isObject()) {
            return null;
        }
        long input = Bodies.tokens(counted, "input_tokens");
        long cached = Math.min(input, Bodies.tokens(told, "cached_tokens"));
        return new TokenUsage(
                input - cached,
                cached,
                0,
                Bodies.tokens(counted, "output_tokens"),
                0,
                new TokenUsage.Details(
                        0,
                        0,
                        0,
                        0,
                        0,
                        Bodies.tokens(told.path("billed_units"), "search_units"),
                        null),
                false);
    }

    /// Citations have no place in OpenAI's answers.
    private static void read(JsonNode message, ChatAnswer answer) {
        answer.reasoning(message.path("tool_plan").asString(""));
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asString("")) {
                case "text" -> answer.text(block.path("text").asString(""));
                case "thinking" -> {
                    answer.reasoning(block.path("thinking").asString(""));
                    answer.thinkingBlock(block);
                }
                default -> {}
            }
        }
        for (JsonNode call : message.path("tool_calls")) {
            String arguments = call.path("function").path("arguments").asString("");
            answer.toolCall(
                    call.path("id").asString(""),
                    call.path("function").path("name").asString(""),
                    arguments.isBlank() ? "{}" : arguments,
                    null);
        }
    }
}
