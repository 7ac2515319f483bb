package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is known of an attempt:
///
/// ```
///   STARTED ──▶ Open ──── ENDED ───────────────────────────▶ Ended
///                 │                                            ▲
///                 └─ overdue, or its worker ─▶ Abandoned ── ENDED (reversed, charged anew)
///                    lost the partition
/// ```
///
/// An attempt whose ENDED comes first goes straight to Ended.
sealed interface AttemptState {

    /// It runs, or nobody knows.
    record Open() implements AttemptState {}

    /// It was charged by estimate.
    ///
    /// @param charge to be taken back if the attempt ends after all
    record Abandoned(Charge charge) implements AttemptState {}

    /// It was charged by its end.
    ///
    /// @param countedRequest the request that is counted with the charge; null if it is not
    record Ended(@Nullable UUID countedRequest) implements AttemptState {}
}
