package dev.millrace.worker.retry;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import java.time.Duration;

/// What a pool does after an attempt.
public sealed interface Decision {

    /// The same target is called again with another of its keys: at once, and not out of the pool's
    /// [RetryBudget], for the provider is not overloaded.
    record TryNextKey() implements Decision {}

    /// Answer with the completion.
    record Complete(Outcome.Completed completed) implements Decision {}

    /// Answer with the error.
    record Fail(ErrorAnswer error) implements Decision {}

    /// Wait, keeping the slot, and call the same target again.
    record RetryAfter(Duration pause) implements Decision {}

    /// Give the slot back and call the same target again when its window reopens.
    record AwaitWindow() implements Decision {}

    /// Give the slot back and call the same target again after the pause.
    record Postpone(Duration pause) implements Decision {}

    /// Give the dispatch back to the router.
    ///
    /// @param error the answer, should every other target fail too
    record Reroute(ErrorAnswer error) implements Decision {}
}
