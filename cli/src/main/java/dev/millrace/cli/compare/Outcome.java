package dev.millrace.cli.compare;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What became of a call.
public sealed interface Outcome {

    /// From sending the request to the end.
    Duration total();

    /// A complete answer.
    ///
    /// @param text empty where the model answered with tool calls alone
    /// @param finishReason why it ended, as the API names it; empty where it did not say
    /// @param servedBy provider and model that answered; empty where the gateway did not say
    /// @param fallbacks how many other targets were tried before that one
    /// @param usage null where none was reported
    record Answered(
            String text,
            String finishReason,
            String servedBy,
            int fallbacks,
            Pace pace,
            @Nullable Usage usage)
            implements Outcome {

        @Override
        public Duration total() {
            return pace.total();
        }

        /// Output tokens per second while the model generated: `(tokens - 1) / (end - first
        /// token)`. The first token is what the time before it is counted for. Reasoning that was
        /// not shown took place before the first token, and does not count. Empty where the answer
        /// did not come in several pieces, or has not two tokens.
        public OptionalDouble tokensPerSecond() {
            Duration first = pace.firstToken();
            if (first == null || usage == null || pace.pieces() < 2) {
                return OptionalDouble.empty();
            }
            long tokens = usage.output() - (pace.reasoningShown() ? 0 : usage.reasoning());
            long nanos = pace.total().minus(first).toNanos();
            return tokens < 2 || nanos <= 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((tokens - 1) * 1e9 / nanos);
        }
    }

    /// No answer, or a part of one.
    ///
    /// @param code a word for the reason: the API's, or what the connection came to
    record Failed(String code, Duration total) implements Outcome {}

    /// When an answer came.
    ///
    /// @param total from sending the request to the end of the answer
    /// @param firstToken from there to the first piece of text, reasoning, refusal or tool call;
    ///   null for what was not streamed
    /// @param pieces how many pieces of these there were
    /// @param reasoningShown whether reasoning was among them
    record Pace(
            Duration total, @Nullable Duration firstToken, int pieces, boolean reasoningShown) {}

    /// What a call took.
    ///
    /// @param input tokens of the prompt
    /// @param output tokens of the answer, reasoning included
    /// @param reasoning of the output
    /// @param cost null where no price is known, which is not 0
    /// @param currency of the cost; empty where the gateway did not say
    record Usage(
            long input, long output, long reasoning, @Nullable BigDecimal cost, String currency) {}
}
