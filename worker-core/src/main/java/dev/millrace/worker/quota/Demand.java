package dev.millrace.worker.quota;

import org.jspecify.annotations.Nullable;

/// What a call asks of a quota, as far as is known before it is made.
///
/// @param model the upstream model: what calls use is forecast for each
/// @param prompt its tokens, about
/// @param most completion tokens that the client allows, of all choices together; null where it
///   does not say
public record Demand(String model, long prompt, @Nullable Long most) {

    /// The longest answer that models give: OpenAI's GPT-5 stops at 128,000 tokens, the longest of
    /// Anthropic's and Google's at that or before.
    private static final long LONGEST_ANSWER = 128_000;

    /// OpenAI's API gives no more answers to one request (`n`), and the client's number is of all.
    private static final long MOST_ANSWERS = 128;

    public Demand {
        if (prompt < 0 || (most != null && most < 0)) {
            throw new IllegalArgumentException("tokens are negative");
        }
    }

    /// How many completion tokens it can have used, whatever a server reports.
    long mostOutput() {
        return most == null ? LONGEST_ANSWER : Math.min(most, MOST_ANSWERS * LONGEST_ANSWER);
    }
}
