package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.TokenUsage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A `usage` object in an answer or a chunk: what it says, and where the cost goes in.
///
/// @param usage the tokens; null where they make no sense
/// @param inside where the object's first member starts, or could
/// @param empty whether it has no member
/// @param cost where the value of a `cost` stands that is already there; null without one
/// @param currency the same of a `cost_currency`
record UsageMember(
        @Nullable TokenUsage usage,
        int inside,
        boolean empty,
        @Nullable Place cost,
        @Nullable Place currency) {

    /// Where a value stands.
    private record Place(int from, int to) {}

    /// More tokens than a call can use: such a report is wrong.
    private static final long ABSURD = 1_000_000_000L;

    private static final int NOT_THERE = -1;

    /// Reads the object that the parser has just entered, to its end.
    static UsageMember read(JsonParser parser) {
        int inside = Json.start(parser) + 1;
        Counts counts = new Counts();
        Place cost = null;
        Place currency = null;
        boolean empty = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "cost" -> cost = place(parser);
                case "cost_currency" -> currency = place(parser);
                default -> counts.read(name, parser);
            }
        }
        return new UsageMember(counts.usage(), inside, empty, cost, currency);
    }

    private static Place place(JsonParser parser) {
        return new Place(Json.start(parser), Json.end(parser));
    }

    /// The same member with another account of what it says.
    UsageMember map(UnaryOperator<TokenUsage> change) {
        return usage == null
                ? this
                : new UsageMember(change.apply(usage), inside, empty, cost, currency);
    }

    /// Writes the cost and its currency into the JSON that the object was read from. An unknown
    /// cost is null.
    void addCost(Splice splice, Pricing pricing) {
        Pricing.Cost known = usage == null ? null : pricing.cost(usage).orElse(null);
        String unit = known == null ? "null" : '"' + known.currency() + '"';
        String amount = known == null ? "null" : known.plain().toPlainString();
        if (currency == null && known != null) {
            amount += ",\"cost_currency\":" + unit;
        }
        if (cost == null) {
            replace(splice, new Place(inside, inside), "\"cost\":" + amount + (empty ? "" : ","));
            replace(splice, currency, unit);
        } else if (currency != null && currency.from() < cost.from()) {
            replace(splice, currency, unit);
            replace(splice, cost, amount);
        } else {
            replace(splice, cost, amount);
            replace(splice, currency, unit);
        }
    }

    private static void replace(Splice splice, @Nullable Place place, String value) {
        if (place != null) {
            splice.replace(place.from(), place.to(), value.getBytes(UTF_8));
        }
    }

    /// The counts of the object, as OpenAI's API and those that follow it name them.
    private static final class Counts {
        private boolean counted;
        private long prompt;
        private long completion;
        private long total = NOT_THERE;
        private long cached;
        private long cacheWrite;
        private long audioInput;
        private long audioSeconds;
        private long reasoning;
        private long audioOutput;

        /// Reads the value of a member.
        void read(String name, JsonParser parser) {
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
                case "prompt_audio_seconds" -> audioSeconds = count(parser);
                case "prompt_tokens_details", "completion_tokens_details" ->
                        readDetails(name.startsWith("prompt"), parser);
                default -> parser.skipChildren();
            }
        }

        private void readDetails(boolean ofPrompt, JsonParser parser) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "cached_tokens" -> cached = count(parser);
                    case "cache_write_tokens" -> cacheWrite = count(parser);
                    case "reasoning_tokens" -> reasoning = count(parser);
                    case "audio_tokens" -> {
                        long audio = count(parser);
                        audioInput = ofPrompt ? audio : audioInput;
                        audioOutput = ofPrompt ? audioOutput : audio;
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        /// OpenAI counts cached and audio tokens within the prompt's, and reasoning and audio
        /// within the completion's; some providers count reasoning beside them, which their total
        /// tells.
        ///
        /// @return null where the counts make no sense, or are not there
        @Nullable TokenUsage usage() {
            for (long count :
                    new long[] {
                        prompt,
                        cached,
                        cacheWrite,
                        audioInput,
                        audioSeconds,
                        completion,
                        reasoning,
                        audioOutput
                    }) {
                if (count < 0 || count > ABSURD) {
                    return null;
                }
            }
            if (!counted) {
                return null;
            }
            boolean beside = reasoning > 0 && total == prompt + completion + reasoning;
            return new TokenUsage(
                    Math.max(0, prompt - cached - cacheWrite - audioInput),
                    cached,
                    cacheWrite,
                    Math.max(0, completion - audioOutput - (beside ? 0 : reasoning)),
                    reasoning,
                    new TokenUsage.Details(
                            0, audioInput, audioOutput, audioSeconds * 1000, 0, 0, null),
                    false);
        }
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
}
