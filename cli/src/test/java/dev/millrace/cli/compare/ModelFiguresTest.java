package dev.millrace.cli.compare;

import static dev.millrace.cli.compare.Outcomes.answered;
import static dev.millrace.cli.compare.Outcomes.failed;
import static dev.millrace.cli.compare.Outcomes.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Pace;
import dev.millrace.cli.compare.Outcome.Usage;
import dev.millrace.cli.compare.Verdict.NotJudged;
import dev.millrace.cli.compare.Verdict.Scored;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFiguresTest {

    private static final Prompt ASKED = Prompt.of("1", "Why?");

    @ParameterizedTest
    @CsvSource({"1,50,1", "1,95,1", "2,50,1", "3,50,2", "19,95,19", "20,95,19", "100,95,95"})
    void a_quantile_is_the_value_at_the_nearest_rank(int size, int hundredths, int expected) {
        List<Integer> falling =
                IntStream.rangeClosed(1, size).map(i -> size + 1 - i).boxed().toList();

        assertThat(Quantile.of(hundredths, falling)).isEqualTo(expected);
    }

    @Test
    void times_are_those_of_the_answers_alone() {
        ModelFigures figures =
                figures(
                        answered("a", 1_000, 100, null),
                        answered("b", 3_000, 300, null),
                        answered("c", 2_000, 200, null),
                        failed("timeout"));

        assertThat(figures.calls()).isEqualTo(4);
        assertThat(figures.answers()).isEqualTo(3);
        assertThat(figures.total())
                .isEqualTo(new Spread(Duration.ofSeconds(2), Duration.ofSeconds(3)));
        assertThat(figures.firstToken())
                .isEqualTo(new Spread(Duration.ofMillis(200), Duration.ofMillis(300)));
    }

    @Test
    void without_an_answer_nothing_is_known_but_the_failures() {
        ModelFigures figures = figures(failed("timeout"), failed("429"), failed("timeout"));

        assertThat(figures.failures()).containsOnly(entry("timeout", 2), entry("429", 1));
        assertThat(figures.total()).isEqualTo(new Spread(null, null));
        assertThat(figures.tokensPerSecond()).isNull();
        assertThat(figures.spending().cost()).isNull();
        assertThat(figures.spending().metered()).isFalse();
        assertThat(figures.meanScore()).isNull();
    }

    @Test
    void speed_is_that_of_the_tokens_after_the_first_until_the_end() {
        // 41 tokens: 40 after the first, in 0.8 s
        assertThat(answered("a", 1_000, 200, usage(10, 41, null)).tokensPerSecond()).hasValue(50);
        assertThat(answered("a", 1_000, 200, usage(10, 1, null)).tokensPerSecond()).isEmpty();
        assertThat(answered("a", 200, 200, usage(10, 41, null)).tokensPerSecond()).isEmpty();
        assertThat(answered("a", 1_000, 200, null).tokensPerSecond()).isEmpty();
    }

    @Test
    void reasoning_counts_for_the_speed_only_where_it_was_shown() {
        Usage usage = new Usage(10, 121, 80, null, "");

        assertThat(reasoned(usage, false, 2).tokensPerSecond()).hasValue(50);
        assertThat(reasoned(usage, true, 2).tokensPerSecond()).hasValue(150);
    }

    @Test
    void an_answer_in_one_piece_has_no_speed() {
        assertThat(reasoned(usage(10, 41, null), false, 1).tokensPerSecond()).isEmpty();
    }

    @Test
    void the_speed_of_a_model_is_the_median_of_its_answers() {
        assertThat(
                        figures(
                                        answered("a", 1_000, 200, usage(10, 41, null)),
                                        answered("b", 1_000, 200, usage(10, 9, null)),
                                        answered("c", 1_000, 200, usage(10, 81, null)))
                                .tokensPerSecond())
                .isEqualTo(50);
    }

    @Test
    void an_answer_without_a_known_price_is_in_the_tokens_and_in_no_cost() {
        Spending spending =
                figures(
                                answered("a", 1_000, 200, usage(100, 200, "0.0006")),
                                answered("b", 1_000, 200, usage(50, 50, "0.0001")),
                                answered("c", 1_000, 200, usage(1_000, 1_000, null)),
                                answered("d", 1_000, 200, null))
                        .spending();

        assertThat(spending.input()).isEqualTo(1_150);
        assertThat(spending.output()).isEqualTo(1_250);
        assertThat(spending.cost()).isEqualByComparingTo("0.0007");
        assertThat(spending.perMillion()).isEqualByComparingTo("1.75");
        assertThat(spending.currency()).isEqualTo("USD");
        assertThat(spending.unpriced()).isEqualTo(1);
        assertThat(spending.unmetered()).isEqualTo(1);
    }

    @Test
    void costs_in_several_currencies_are_not_added() {
        Usage simulated = new Usage(10, 20, 0, BigDecimal.ONE, "SIMULATED");

        Spending spending =
                figures(
                                answered("a", 1_000, 200, usage(100, 200, "0.0006")),
                                answered("b", 1_000, 200, simulated))
                        .spending();

        assertThat(spending.mixed()).isTrue();
        assertThat(spending.cost()).isNull();
        assertThat(spending.perMillion()).isNull();
        assertThat(spending.currencies()).containsExactly("SIMULATED", "USD");
        assertThat(spending.unpriced()).isZero();
        assertThat(spending.input()).isEqualTo(110);
    }

    @Test
    void what_is_expected_is_checked_in_answers_alone() {
        Prompt four = ASKED.expecting(new Expectation.Exact("4"));

        ModelFigures figures =
                ModelFigures.of(
                        "m",
                        List.of(
                                new Call("m", four, 1, answered("4"), null),
                                new Call("m", four, 2, answered("5"), null),
                                new Call("m", four, 3, failed("timeout"), null),
                                new Call("m", ASKED, 1, answered("4"), null)));

        assertThat(figures.passed()).isEqualTo(1);
        assertThat(figures.checked()).isEqualTo(2);
    }

    @Test
    void the_score_is_the_mean_of_what_was_judged() {
        Answered answer = answered("4");

        ModelFigures figures =
                ModelFigures.of(
                        "m",
                        List.of(
                                new Call("m", ASKED, 1, answer, new Scored(7, answer)),
                                new Call("m", ASKED, 2, answer, new Scored(10, answer)),
                                new Call("m", ASKED, 3, answer, new NotJudged("no_score", answer)),
                                new Call("m", ASKED, 4, failed("timeout"), null)));

        assertThat(figures.meanScore()).isEqualTo(8.5);
        assertThat(figures.judged()).isEqualTo(2);
        assertThat(figures.notJudged()).containsOnly(entry("no_score", 1));
    }

    private static ModelFigures figures(Outcome... outcomes) {
        return ModelFigures.of(
                "m",
                IntStream.range(0, outcomes.length)
                        .mapToObj(i -> new Call("m", ASKED, i + 1, outcomes[i], null))
                        .toList());
    }

    private static Answered reasoned(Usage usage, boolean shown, int pieces) {
        Pace pace = new Pace(Duration.ofMillis(1_000), Duration.ofMillis(200), pieces, shown);
        return new Answered("a", "stop", "", 0, pace, usage);
    }
}
