package dev.millrace.cli;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Pace;
import dev.millrace.cli.compare.Outcome.Usage;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Puts one answer together from its pieces. For one thread.
final class MeasuredAnswer {

    private final StringBuilder text = new StringBuilder();
    private @Nullable Duration firstToken;
    private @Nullable JsonNode usage;
    private String finishReason = "";
    private boolean reasoningShown;
    private int pieces;

    /// Takes a chunk of a stream.
    ///
    /// @param now since the request was sent; asked when the first piece of the answer is there
    void chunk(JsonNode chunk, Supplier<Duration> now) {
        if (take(chunk, "delta")) {
            pieces++;
            if (firstToken == null) {
                firstToken = now.get();
            }
        }
    }

    /// Takes an answer that comes at once.
    void whole(JsonNode answer) {
        take(answer, "message");
    }

    /// @param total from sending the request to the end
    Answered answered(HttpResponse<?> response, Duration total) {
        return new Answered(
                text.toString(),
                finishReason,
                servedBy(response),
                fallbacks(response),
                new Pace(total, firstToken, pieces, reasoningShown),
                usage());
    }

    /// @return whether there is anything that the model generated
    private boolean take(JsonNode part, String member) {
        JsonNode reported = part.path("usage");
        if (reported.isObject()) {
            usage = reported;
        }
        List<JsonNode> choices = Json.objects(part, "choices");
        if (choices.isEmpty()) {
            return false;
        }
        String reason = Json.text(choices.getFirst(), "finish_reason");
        finishReason = reason.isEmpty() ? finishReason : reason;
        JsonNode given = choices.getFirst().path(member);
        String content = Json.text(given, "content");
        String said = content.isEmpty() ? Json.text(given, "refusal") : content;
        text.append(said);
        boolean reasoned =
                !Json.text(given, "reasoning_content").isEmpty()
                        || !Json.text(given, "reasoning").isEmpty();
        reasoningShown |= reasoned;
        return reasoned || !said.isEmpty() || !given.path("tool_calls").isEmpty();
    }

    private @Nullable Usage usage() {
        if (usage == null) {
            return null;
        }
        return new Usage(
                Json.count(usage, "prompt_tokens"),
                Json.count(usage, "completion_tokens"),
                Json.count(usage.path("completion_tokens_details"), "reasoning_tokens"),
                Json.decimal(usage, "cost").orElse(null),
                Json.text(usage, "cost_currency"));
    }

    private static String servedBy(HttpResponse<?> response) {
        String provider = Gateway.header(response, "x-millrace-provider");
        return provider.isEmpty()
                ? ""
                : provider + "/" + Gateway.header(response, "x-millrace-model");
    }

    private static int fallbacks(HttpResponse<?> response) {
        String number = Gateway.header(response, "x-millrace-fallbacks");
        return number.matches("\\d{1,4}") ? Integer.parseInt(number) : 0;
    }
}
