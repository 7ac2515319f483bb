package dev.millrace.worker.google;

import dev.millrace.worker.canonical.Answering;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatAnswer;
import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.TokenLogprob;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call that generates content.
///
/// @param path below the base URL
public record GenerateExchange(String path, byte[] body, Answering answering) implements Exchange {

    /// An answer has one of these at least.
    private static final Set<String> MEMBERS =
            Set.of("candidates", "promptFeedback", "usageMetadata");

    /// What a model's path ends with.
    public static String method(boolean stream) {
        return stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
    }

    @Override
    public Whole whole(byte[] json) {
        JsonNode content = Bodies.tree(json);
        if (content == null || MEMBERS.stream().noneMatch(content::has)) {
            Optional<UpstreamError> error = ErrorBody.read(json);
            return error.<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("no content", TokenUsage.NONE));
        }
        ChatAnswer answer = new ChatAnswer();
        JsonNode candidate = content.path("candidates").path(0);
        int calls = 0;
        for (JsonNode part : candidate.path("content").path("parts")) {
            JsonNode call = part.path("functionCall");
            if (call.isObject()) {
                answer.toolCall(
                        callId(call, calls++),
                        call.path("name").asString(""),
                        arguments(call),
                        extra(part));
            } else if (part.path("thought").asBoolean(false)) {
                answer.reasoning(part.path("text").asString(""));
            } else {
                answer.text(part.path("text").asString(""));
            }
        }
        answer.logprobs(logprobs(candidate));
        JsonNode told = content.path("usageMetadata");
        TokenUsage usage =
                answering.usage(
                        told.isObject() ? used(told) : null, serviceTier(told), answer.written());
        Stop stop = stop(content, calls > 0);
        if (stop == null) {
            return new Whole.Nonsense("content without its end", usage);
        }
        if (stop.finishReason() == null) {
            return new Whole.Nonsense("no content: " + stop.reason(), usage);
        }
        if (stop.words() != null) {
            answer.refusal(stop.words());
        }
        return new Whole.Answered(
                answer.json(answering, stop.finishReason(), usage), stop.finishReason(), usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        return new GenerateEvents(this, batch);
    }

    /// How probable a candidate's tokens are; empty where nothing is told.
    /// <https://ai.google.dev/api/generate-content#LogprobsResult>
    static List<TokenLogprob> logprobs(JsonNode candidate) {
        JsonNode told = candidate.path("logprobsResult");
        List<TokenLogprob> tokens = new ArrayList<>();
        for (JsonNode chosen : told.path("chosenCandidates")) {
            List<TokenLogprob.Candidate> likeliest = new ArrayList<>();
            for (JsonNode likely :
                    told.path("topCandidates").path(tokens.size()).path("candidates")) {
                likeliest.add(token(likely));
            }
            tokens.add(new TokenLogprob(token(chosen), likeliest));
        }
        return tokens;
    }

    /// Protobuf's JSON may leave zeros out, and has infinity as a text.
    private static TokenLogprob.Candidate token(JsonNode told) {
        JsonNode logprob = told.path("logProbability");
        return new TokenLogprob.Candidate(
                told.path("token").asString(""),
                logprob.isString() ? TokenLogprob.UNLIKELY : logprob.decimalValue(BigDecimal.ZERO));
    }

    /// Why the model stopped.
    ///
    /// @param reason as Google names it
    /// @param finishReason as OpenAI's API names it; null where the model wrote nonsense
    /// @param words what the client is told where something was blocked; null for nothing
    record Stop(String reason, @Nullable String finishReason, @Nullable String words) {}

    /// Null where nothing says yet that it stopped.
    static @Nullable Stop stop(JsonNode content, boolean callsTools) {
        JsonNode candidate = content.path("candidates").path(0);
        String reason = Bodies.text(candidate, "finishReason");
        if (reason != null) {
            String finishReason = finishReason(reason, callsTools);
            return new Stop(
                    reason,
                    finishReason,
                    "content_filter".equals(finishReason)
                            ? words(candidate, "finishMessage", "The answer was blocked: ", reason)
                            : null);
        }
        JsonNode feedback = content.path("promptFeedback");
        String blocked = Bodies.text(feedback, "blockReason");
        return blocked == null
                ? null
                : new Stop(
                        blocked,
                        "content_filter",
                        words(feedback, "blockReasonMessage", "The prompt was blocked: ", blocked));
    }

    /// The call's id. Where Google gives none, one that no other call has: the attempt's, without
    /// its hyphens, as other providers take at most 40 characters.
    String callId(JsonNode call, int index) {
        String id = Bodies.text(call, "id");
        return id == null || id.isEmpty()
                ? "call_" + answering.call().attemptId().toString().replace("-", "") + "_" + index
                : id;
    }

    /// The call's arguments, as JSON.
    static String arguments(JsonNode call) {
        return call.path("args").isObject() ? call.path("args").toString() : "{}";
    }

    /// The signature of the thoughts that led to a call, where Google's own OpenAI-compatible API
    /// has it; null where there is none.
    static @Nullable JsonNode extra(JsonNode part) {
        String signature = Bodies.text(part, "thoughtSignature");
        if (signature == null) {
            return null;
        }
        ObjectNode extra = JsonNodeFactory.instance.objectNode();
        extra.putObject("google").put("thought_signature", signature);
        return extra;
    }

    /// The tokens that Google reports. Its prompt's hold the cached ones; its candidates' do not
    /// hold the thoughts; what tools at Google put into the prompt stands apart.
    static TokenUsage used(JsonNode told) {
        long prompt =
                Bodies.tokens(told, "promptTokenCount")
                        + Bodies.tokens(told, "toolUsePromptTokenCount");
        long cached = Math.min(prompt, Bodies.tokens(told, "cachedContentTokenCount"));
        long heard = audio(told, "promptTokensDetails") - audio(told, "cacheTokensDetails");
        long audioInput = Math.clamp(heard, 0, prompt - cached);
        long output = Bodies.tokens(told, "candidatesTokenCount");
        long audioOutput = Math.min(output, audio(told, "candidatesTokensDetails"));
        return new TokenUsage(
                prompt - cached - audioInput,
                cached,
                0,
                output - audioOutput,
                Bodies.tokens(told, "thoughtsTokenCount"),
                new TokenUsage.Details(0, audioInput, audioOutput, 0, 0, 0, null),
                false);
    }

    /// The tier that it was served at, as OpenAI's API names it, from what the Gemini API or Vertex
    /// AI calls it; null where nothing is said.
    static @Nullable String serviceTier(JsonNode told) {
        String traffic = Bodies.text(told, "trafficType");
        String tier = traffic == null ? Bodies.text(told, "serviceTier") : traffic;
        return switch (tier) {
            case "standard", "ON_DEMAND" -> "default";
            case "flex", "ON_DEMAND_FLEX" -> "flex";
            case "priority", "ON_DEMAND_PRIORITY" -> "priority";
            case null, default -> null;
        };
    }

    /// Null where the model wrote a call that is none. All that is not listed kept the model from
    /// finishing: `SAFETY`, `RECITATION`, `PROHIBITED_CONTENT`, `LANGUAGE`, `OTHER` and more.
    private static @Nullable String finishReason(String reason, boolean callsTools) {
        return switch (reason) {
            case "STOP" -> callsTools ? "tool_calls" : "stop";
            case "MAX_TOKENS" -> "length";
            case "MALFORMED_FUNCTION_CALL",
                    "MALFORMED_RESPONSE",
                    "MISSING_THOUGHT_SIGNATURE",
                    "TOO_MANY_TOOL_CALLS",
                    "UNEXPECTED_TOOL_CALL" ->
                    null;
            default -> "content_filter";
        };
    }

    private static String words(JsonNode holder, String name, String otherwise, String reason) {
        String words = Bodies.text(holder, name);
        return words == null ? otherwise + reason + "." : words;
    }

    private static long audio(JsonNode told, String details) {
        for (JsonNode count : told.path(details)) {
            if ("AUDIO".equals(count.path("modality").asString(""))) {
                return Bodies.tokens(count, "tokenCount");
            }
        }
        return 0;
    }
}
