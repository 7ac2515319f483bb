package dev.millrace.cli;

import dev.millrace.schemas.DeadLetterResolution;
import java.time.Instant;
import java.util.Locale;

/// What became of a dead letter, and when.
record LetterResolution(DeadLetterResolution kind, Instant at) {

    /// In a word, for a person and for JSON.
    String word() {
        return switch (kind) {
            case REDRIVEN, DROPPED -> kind.name().toLowerCase(Locale.ROOT);
            case NONE -> "resolved"; // in a way that a later version knows
        };
    }
}
