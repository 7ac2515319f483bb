package dev.millrace.cli.compare;

import static dev.millrace.cli.compare.Outcomes.answered;
import static dev.millrace.cli.compare.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.cli.compare.Verdict.Scored;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ComparisonTest {

    private static final List<Prompt> PROMPTS =
            List.of(Prompt.of("p", "Why?"), Prompt.of("q", "How?"));
    private static final Sampling PLAIN = new Sampling(null, null, false);
    private static final Plan PLAN =
            new Plan(List.of("a", "b"), PROMPTS, 1, 1, 1, CallOrder.INTERLEAVED);

    @Test
    void answers_are_judged_when_all_are_there_and_failures_are_not() throws Exception {
        List<String> asked = new ArrayList<>();
        List<Integer> progress = new ArrayList<>();
        ChatApi api =
                body -> {
                    asked.add(model(body));
                    return switch (model(body)) {
                        case "b" -> failed("timeout");
                        case "judge" -> answered("{\"score\":6}");
                        default -> answered("So.");
                    };
                };
        Comparison comparison = new Comparison(PLAN, PLAIN, api, new Judge("judge", api));

        comparison.run(progress::add);

        Compared compared = comparison.compared();
        assertThat(asked).containsExactly("a", "b", "a", "b", "a", "b", "judge", "judge");
        assertThat(compared.calls()).extracting(Call::model).containsExactly("a", "b", "a", "b");
        assertThat(compared.verdicts()).hasOnlyElementsOfType(Scored.class).hasSize(2);
        assertThat(compared.judging().calls()).isEqualTo(2);
        assertThat(compared.failedWarmUps()).containsOnly(entry("b", "timeout"));
        assertThat(compared.complete()).isTrue();
        assertThat(progress).isSorted().endsWith(comparison.steps());
    }

    @Test
    void an_interrupted_judge_leaves_what_there_is() throws Exception {
        List<String> judged = new ArrayList<>();
        ChatApi api =
                body -> {
                    if (!model(body).equals("judge")) {
                        return answered("So.");
                    }
                    judged.add("once");
                    return answered("{\"score\":6}");
                };
        Comparison comparison = new Comparison(PLAN, PLAIN, api, new Judge("judge", api));

        assertThatThrownBy(() ->
                        comparison.run(_ -> {
                            if (!judged.isEmpty()) {
                                Thread.currentThread().interrupt();
                            }
                        }))
                .isInstanceOf(InterruptedException.class);

        Compared compared = comparison.compared();
        assertThat(compared.complete()).isFalse();
        assertThat(compared.answers()).isEqualTo(4);
        assertThat(compared.verdicts()).hasSize(1);
        assertThat(compared.figures()).extracting(ModelFigures::judged).containsExactly(1, 0);
    }

    private static String model(ObjectNode body) {
        return body.path("model").asString("");
    }
}
