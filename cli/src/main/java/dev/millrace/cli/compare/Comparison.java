package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Failed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Makes the calls of a plan, and then those of a judge, so that judging slows nothing that is
/// measured. What has come so far can be had at any time, also when it was interrupted. For one
/// thread.
public final class Comparison {

    /// An answer that is to be judged.
    ///
    /// @param at its place among the calls
    private record Judged(int at, Call call, String text) {}

    private final Plan plan;
    private final Sampling sampling;
    private final ChatApi api;
    private final @Nullable Judge judge;
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, String> failedWarmUps = new LinkedHashMap<>();

    /// @param judge null for none
    public Comparison(Plan plan, Sampling sampling, ChatApi api, @Nullable Judge judge) {
        this.plan = plan;
        this.sampling = sampling;
        this.api = api;
        this.judge = judge;
    }

    /// How many steps there are at most, of which [#run] tells how many are done.
    public int steps() {
        return judge == null ? plan.size() : 2 * plan.size();
    }

    /// Compares.
    ///
    /// @param progress takes how many steps are done
    /// @throws InterruptedException if this thread is interrupted; what is under way is then ended
    ///   and does not count
    public void run(IntConsumer progress) throws InterruptedException {
        for (List<List<Question>> step : plan.steps()) {
            Lanes.run(
                    step,
                    plan.atOnce(),
                    question -> api.call(question.body(sampling)),
                    (question, outcome) -> {
                        take(question, outcome);
                        progress.accept(calls.size());
                    });
        }
        if (judge != null) {
            judge(judge, progress);
        }
    }

    /// What has come so far.
    public Compared compared() {
        return new Compared(
                plan, sampling, judge == null ? null : judge.model(), calls, failedWarmUps);
    }

    private void take(Question question, Outcome outcome) {
        if (question.counts()) {
            calls.add(new Call(question.model(), question.prompt(), question.run(), outcome, null));
        } else if (outcome instanceof Failed failed) {
            failedWarmUps.put(question.model(), failed.code());
        }
    }

    private void judge(Judge asked, IntConsumer progress) throws InterruptedException {
        List<Judged> answers = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (call.outcome() instanceof Answered answer) {
                answers.add(new Judged(i, call, answer.text()));
            }
        }
        AtomicInteger done = new AtomicInteger(steps() - answers.size());
        Lanes.run(
                List.of(answers),
                plan.atOnce(),
                answer -> asked.judge(answer.call().prompt(), answer.text()),
                (answer, verdict) -> {
                    calls.set(answer.at(), answer.call().judged(verdict));
                    progress.accept(done.incrementAndGet());
                });
    }
}
