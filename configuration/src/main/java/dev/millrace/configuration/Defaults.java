package dev.millrace.configuration;

import dev.millrace.configuration.prices.PriceEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What holds where a request says nothing.
///
/// @param model for requests that name none; null refuses them
/// @param provider for model names that nothing else claims; null refuses them
/// @param batchLane whether requests go to the batch lane
/// @param deadline from a request's acceptance
/// @param replyTopicPrefix what the name of a Kafka caller's reply topic has to start with
/// @param resultRetention how long the outcome of a request with an idempotency key, or of an
///   asynchronous one, is kept after its end
/// @param currency of the ledger: of every price but simulated ones
/// @param jsonRepairs calls that may be made for a request to repair an answer that is not the JSON
///   that was asked for; 0 to [#MOST_JSON_REPAIRS]
/// @param repairStreams whether streams that are asked for in JSON are held back until they are
///   right, and repaired too; if not, they go out while they come
public record Defaults(
        @Nullable String model,
        @Nullable String provider,
        boolean batchLane,
        Duration deadline,
        String replyTopicPrefix,
        Duration resultRetention,
        String currency,
        int jsonRepairs,
        boolean repairStreams) {

    /// Requests live at most as long as the topics on their way keep them.
    public static final Duration LONGEST_DEADLINE = Duration.ofDays(6);

    /// The longest that outcomes can be kept: the topic keeps them no longer.
    public static final Duration LONGEST_RESULT_RETENTION = Duration.ofDays(7);

    /// The most repairs of an answer: each is a call that is paid for.
    public static final int MOST_JSON_REPAIRS = 5;

    /// A deadline of 300 s, the interactive lane, outcomes kept for a day, one repair but none of
    /// streams, and no model or provider by default.
    public static final Defaults NONE =
            new Defaults(
                    null,
                    null,
                    false,
                    Duration.ofSeconds(300),
                    "replies.",
                    Duration.ofHours(24),
                    PriceEntry.STANDARD_CURRENCY,
                    1,
                    false);

    public Defaults {
        if (!currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException(
                    "currency: three capital letters, as ISO 4217 has them");
        }
        if (!replyTopicPrefix.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "reply-topic-prefix: 1 to 100 letters, digits, dots, underscores and hyphens");
        }
        if (deadline.isNegative()
                || deadline.isZero()
                || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException(
                    "deadline must be positive and at most " + LONGEST_DEADLINE);
        }
        if (resultRetention.compareTo(Duration.ofSeconds(1)) < 0
                || resultRetention.compareTo(LONGEST_RESULT_RETENTION) > 0) {
            throw new IllegalArgumentException(
                    "result-retention must be at least 1s and at most 168h");
        }
        if (jsonRepairs < 0 || jsonRepairs > MOST_JSON_REPAIRS) {
            throw new IllegalArgumentException(
                    "json-repairs must be between 0 and " + MOST_JSON_REPAIRS);
        }
    }
}
