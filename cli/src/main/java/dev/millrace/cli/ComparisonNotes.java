package dev.millrace.cli;

import dev.millrace.cli.compare.Compared;
import dev.millrace.cli.compare.ModelFigures;
import dev.millrace.cli.compare.Plan;
import dev.millrace.cli.compare.Spending;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What has to be known beside a comparison's table, a line each: how it was made, and what its
/// figures leave out.
final class ComparisonNotes {

    private final Compared compared;
    private final List<String> notes = new ArrayList<>();

    private ComparisonNotes(Compared compared) {
        this.compared = compared;
    }

    static List<String> of(Compared compared) {
        return new ComparisonNotes(compared).written();
    }

    private List<String> written() {
        notes.add(setting());
        if (!compared.complete()) {
            notes.add("interrupted: " + done());
        }
        for (String model : compared.plan().models()) {
            String code = compared.failedWarmUps().get(model);
            if (code != null) {
                notes.add(model + ": a warm-up call failed (" + code + ")");
            }
        }
        compared.figures().forEach(this::model);
        String judge = compared.judge();
        if (judge != null && !compared.verdicts().isEmpty()) {
            notes.add(judging(judge, compared.judging()));
        }
        return notes;
    }

    private String setting() {
        Plan plan = compared.plan();
        return "%s, %s, %s of a model at once, %s, %s"
                .formatted(
                        counted(plan.prompts().size(), "prompt"),
                        counted(plan.runs(), "run"),
                        counted(plan.atOnce(), "call"),
                        plan.order(),
                        compared.sampling().stream() ? "streamed" : "not streamed");
    }

    private String done() {
        int calls = compared.calls().size();
        int planned = compared.plan().size();
        return calls < planned
                ? "%d of %d calls are done".formatted(calls, planned)
                : "%d of %d answers are judged"
                        .formatted(compared.verdicts().size(), compared.answers());
    }

    private void model(ModelFigures figures) {
        if (figures.failures().size() > 1) {
            notes.add(figures.model() + ": failed: " + listed(figures.failures()));
        }
        remark(figures, figures.fallbacks(), "not from the target that was asked first");
        remark(figures, figures.cutOff(), "cut off at the limit of tokens");
        remark(figures, figures.spending().unmetered(), "without usage, in no sum");
        remark(figures, figures.spending().unpriced(), "without a known price, in no cost");
        if (figures.spending().mixed()) {
            notes.add(figures.model() + ": " + cost(figures.spending()));
        }
        if (!figures.notJudged().isEmpty()) {
            notes.add(figures.model() + ": not judged: " + listed(figures.notJudged()));
        }
    }

    private void remark(ModelFigures figures, int number, String what) {
        if (number > 0) {
            notes.add(figures.model() + ": " + counted(number, "answer") + " " + what);
        }
    }

    private String judging(String judge, Spending spending) {
        return "judge %s: %s, %d input and %d output tokens, %s"
                .formatted(
                        judge,
                        counted(compared.verdicts().size(), "call"),
                        spending.input(),
                        spending.output(),
                        cost(spending));
    }

    private static String cost(Spending spending) {
        if (spending.mixed()) {
            return "costs in several currencies, which have no sum: "
                    + spending.currencies().stream()
                            .map(name -> name.isEmpty() ? "(unknown)" : name)
                            .collect(Collectors.joining(", "));
        }
        return spending.cost() == null
                ? "no known price"
                : "cost " + (Json.plain(spending.cost()) + " " + spending.currency()).strip();
    }

    private static String listed(Map<String, Integer> codes) {
        return codes.entrySet().stream()
                .map(code -> code.getValue() + " " + code.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String counted(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
