package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import org.jspecify.annotations.Nullable;

/// One call of a model, and what became of it.
///
/// @param run how often the model had been asked this prompt with it, from 1 on
/// @param verdict null where no judge was asked
public record Call(
        String model, Prompt prompt, int run, Outcome outcome, @Nullable Verdict verdict) {

    /// Whether the answer is what was expected; null where nothing was, or there is none.
    public @Nullable Boolean passed() {
        Expectation expectation = prompt.expectation();
        return expectation != null && outcome instanceof Answered answer
                ? expectation.metBy(answer.text())
                : null;
    }

    Call judged(Verdict given) {
        return new Call(model, prompt, run, outcome, given);
    }
}
