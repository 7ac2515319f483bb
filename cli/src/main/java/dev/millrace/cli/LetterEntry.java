package dev.millrace.cli;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A dead letter without its content.
///
/// @param id its offset on the topic of dead letters
/// @param failedAt when the record was refused
/// @param stage which service and step refused it
/// @param reason for a person
/// @param place where the record stood
/// @param tenant empty where it is not known
/// @param requestId of the request in the record; null where there is none
/// @param redrive how often that request had been redriven
/// @param instance which instance refused the record
/// @param hasValue whether the record's value is in the letter
/// @param resolution what became of it; null while it is open
record LetterEntry(
        long id,
        Instant failedAt,
        String stage,
        String reason,
        LetterPlace place,
        String tenant,
        @Nullable UUID requestId,
        int redrive,
        String instance,
        boolean hasValue,
        @Nullable LetterResolution resolution) {

    LetterEntry resolved(LetterResolution how) {
        return new LetterEntry(
                id, failedAt, stage, reason, place, tenant, requestId, redrive, instance, hasValue,
                how);
    }

    boolean isOpen() {
        return resolution == null;
    }

    /// In a word.
    String state() {
        return resolution == null ? "open" : resolution.word();
    }

    /// Refuses a letter that was resolved before.
    ///
    /// @param remark what the complaint says in the end
    /// @throws CommandFailure unless the letter is open
    void requireOpen(String remark) {
        if (resolution != null) {
            throw CommandFailure.of(
                    "dead letter "
                            + id
                            + " was "
                            + resolution.word()
                            + " at "
                            + resolution.at()
                            + remark);
        }
    }

    /// Why it cannot be redriven whatever its state; empty if it can.
    Optional<String> obstacle() {
        if (!hasValue) {
            return Optional.of("its content is not in the letter; the record stood at " + place);
        }
        return place.topic().isEmpty()
                ? Optional.of("it does not say which topic the record stood on")
                : Optional.empty();
    }
}
