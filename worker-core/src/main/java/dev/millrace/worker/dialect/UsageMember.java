package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A `usage` object in an answer or a chunk: what it says, and where the cost goes in.
///
/// @param usage the tokens; null where they make no sense
/// @param inside where the object's first member starts, or could
/// @param empty whether it has no member
/// @param costFrom where the value of a `cost` that is already there starts; -1 without one
/// @param costTo where that value ends
record UsageMember(
        @Nullable TokenUsage usage, int inside, boolean empty, int costFrom, int costTo) {

    /// More tokens than a call can use: such a report is wrong.
    private static final long ABSURD = 1_000_000_000L;

    private static final int NOT_THERE = -1;

    /// Reads the object that the parser has just entered, to its end.
    static UsageMember read(JsonParser parser) {
        int inside = Json.start(parser) + 1;
        long prompt = 0;
        long completion = 0;
        long total = NOT_THERE;
        long cached = 0;
        long cacheWrite = 0;
        long reasoning = 0;
        int costFrom = NOT_THERE;
        int costTo = NOT_THERE;
        boolean empty = true;
        boolean counted = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "prompt_tokens" -> {
                    prompt = count(parser);
                    counted = true;
                }
                case "completion_tokens" -> {
                    completion = count(parser);
                    counted = true;
                }
                case "total_tokens" -> total = count(parser);
                case "prompt_tokens_details" -> {
                    Details details = Details.read(parser, "cached_tokens", "cache_write_tokens");
                    cached = details.first();
                    cacheWrite = details.second();
                }
                case "completion_tokens_details" ->
                        reasoning = Details.read(parser, "reasoning_tokens", "").first();
                case "cost" -> {
                    costFrom = Json.start(parser);
                    costTo = Json.end(parser);
                }
                default -> parser.skipChildren();
            }
        }
        TokenUsage usage =
                counted ? usage(prompt, cached, cacheWrite, completion, reasoning, total) : null;
        return new UsageMember(usage, inside, empty, costFrom, costTo);
    }

    /// Writes the cost into the JSON that the object was read from. An unknown cost is null.
    void addCost(Splice splice, Pricing pricing) {
        String cost =
                usage == null
                        ? "null"
                        : pricing.cost(usage)
                                .map(BigDecimal::stripTrailingZeros)
                                .map(BigDecimal::toPlainString)
                                .orElse("null");
        if (costFrom == NOT_THERE) {
            splice.replace(
                    inside, inside, ("\"cost\":" + cost + (empty ? "" : ",")).getBytes(UTF_8));
        } else {
            splice.replace(costFrom, costTo, cost.getBytes(UTF_8));
        }
    }

    /// OpenAI counts cached tokens within the prompt's and reasoning within the completion's; some
    /// providers count reasoning beside them, which their total tells.
    private static @Nullable TokenUsage usage(
            long prompt,
            long cached,
            long cacheWrite,
            long completion,
            long reasoning,
            long total) {
        for (long count : new long[] {prompt, cached, cacheWrite, completion, reasoning}) {
            if (count < 0 || count > ABSURD) {
                return null;
            }
        }
        boolean beside = reasoning > 0 && total == prompt + completion + reasoning;
        return new TokenUsage(
                Math.max(0, prompt - cached - cacheWrite),
                cached,
                cacheWrite,
                beside ? completion : Math.max(0, completion - reasoning),
                reasoning,
                false);
    }

    private static long count(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? NOT_THERE
                    : parser.getLongValue();
        }
        parser.skipChildren();
        return parser.currentToken() == JsonToken.VALUE_NULL ? 0 : NOT_THERE;
    }

    /// Two counts out of an object of details.
    private record Details(long first, long second) {

        static Details read(JsonParser parser, String firstName, String secondName) {
            long first = 0;
            long second = 0;
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return new Details(0, 0);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(firstName)) {
                    first = count(parser);
                } else if (name.equals(secondName)) {
                    second = count(parser);
                } else {
                    parser.skipChildren();
                }
            }
            return new Details(first, second);
        }
    }
}
