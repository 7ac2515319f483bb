package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a comparison has come to, complete or not.
///
/// @param plan which calls were to be made
/// @param sampling how answers were generated
/// @param judge the judging model; null for none
/// @param calls those that are done and count, in the order in which they ended
/// @param failedWarmUps the models of which a call that does not count failed, with the reason of
///   the last
public record Compared(
        Plan plan,
        Sampling sampling,
        @Nullable String judge,
        List<Call> calls,
        Map<String, String> failedWarmUps) {

    public Compared {
        calls = List.copyOf(calls);
        failedWarmUps = Map.copyOf(failedWarmUps);
    }

    /// Whether every call was made and, where there is a judge, every answer given to it.
    public boolean complete() {
        return calls.size() == plan.size() && (judge == null || answers() == verdicts().size());
    }

    /// Whether something is known of what answers were to be.
    public boolean expects() {
        return plan.prompts().stream().anyMatch(prompt -> prompt.expectation() != null);
    }

    /// The figures of each model, in the order of the plan.
    public List<ModelFigures> figures() {
        return plan.models().stream().map(model -> ModelFigures.of(model, of(model))).toList();
    }

    /// The judge's verdicts, without those that were not given.
    public List<Verdict> verdicts() {
        return calls.stream().map(Call::verdict).filter(Objects::nonNull).toList();
    }

    /// How many calls had an answer.
    public long answers() {
        return calls.stream().filter(call -> call.outcome() instanceof Answered).count();
    }

    /// What the judge's own calls took.
    public Spending judging() {
        return Spending.of(verdicts().stream().map(Verdict::outcome).toList());
    }

    private List<Call> of(String model) {
        return calls.stream().filter(call -> call.model().equals(model)).toList();
    }
}
