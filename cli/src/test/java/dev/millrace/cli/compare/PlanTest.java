package dev.millrace.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final List<Prompt> PROMPTS =
            List.of(Prompt.of("p", "Why?"), Prompt.of("q", "How?"), Prompt.of("r", "When?"));

    @Test
    void in_turns_each_model_has_as_many_calls_as_run_at_once() {
        assertThat(steps(2, CallOrder.INTERLEAVED))
                .containsExactly(
                        "a warm-up",
                        "b warm-up",
                        "a p1 q1",
                        "b p1 q1",
                        "a r1 p2",
                        "b r1 p2",
                        "a q2 r2",
                        "b q2 r2");
    }

    @Test
    void a_model_is_warmed_up_right_before_all_its_calls() {
        assertThat(steps(2, CallOrder.SEQUENTIAL))
                .containsExactly(
                        "a warm-up", "a p1 q1 r1 p2 q2 r2", "b warm-up", "b p1 q1 r1 p2 q2 r2");
    }

    @Test
    void together_all_models_are_called_at_the_same_time() {
        assertThat(steps(2, CallOrder.TOGETHER))
                .containsExactly(
                        "a warm-up | b warm-up", "a p1 q1 r1 p2 q2 r2 | b p1 q1 r1 p2 q2 r2");
    }

    @Test
    void a_model_that_is_named_twice_is_refused() {
        assertThatThrownBy(() -> new Plan(List.of("a", "a"), PROMPTS, 1, 0, 1, CallOrder.TOGETHER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void more_calls_than_can_be_kept_are_refused() {
        assertThatThrownBy(() ->
                        new Plan(
                                List.of("a"), PROMPTS, Integer.MAX_VALUE, 0, 1, CallOrder.TOGETHER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100000");
    }

    private static List<String> steps(int atOnce, CallOrder order) {
        return new Plan(List.of("a", "b"), PROMPTS, 2, 1, atOnce, order)
                .steps().stream()
                        .map(step ->
                                step.stream()
                                        .map(PlanTest::lane)
                                        .collect(Collectors.joining(" | ")))
                        .toList();
    }

    private static String lane(List<Question> questions) {
        return questions.getFirst().model()
                + questions.stream()
                        .map(question ->
                                " "
                                        + question.prompt().id()
                                        + (question.counts() ? question.run() : ""))
                        .collect(Collectors.joining());
    }
}
