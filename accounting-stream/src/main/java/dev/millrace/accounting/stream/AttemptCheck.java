package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Consumption;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Refuses what cannot be charged: the totals stay as they are, and the record is a dead letter.
final class AttemptCheck {

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private AttemptCheck() {}

    /// @param key of the record
    /// @throws IllegalArgumentException saying what is wrong, for a person
    static void verify(Attempt attempt, @Nullable String key) {
        require(attempt.getTenant().equals(key), "the record's key is not its tenant");
        requireTime("started_at", attempt.getStartedAt());
        switch (attempt.getPhase()) {
            case STARTED -> {
                requireTime("deadline", attempt.getDeadline());
                Consumption.estimate(attempt.getEstimatedPromptTokens());
            }
            case ENDED -> {
                requireTime("ended_at", attempt.getEndedAt());
                require(
                        attempt.getOutcome() != AttemptOutcome.ABANDONED,
                        "an attempt that has ended is not abandoned");
                ChargeRecords.consumption(attempt);
            }
            case UNKNOWN ->
                    throw new IllegalArgumentException("the phase is neither STARTED nor ENDED");
        }
    }

    private static void requireTime(String field, @Nullable Instant time) {
        if (time == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException(field + " is a time that cannot be: " + time);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
