package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.compare.Call;
import dev.millrace.cli.compare.CallOrder;
import dev.millrace.cli.compare.Compared;
import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Pace;
import dev.millrace.cli.compare.Outcome.Usage;
import dev.millrace.cli.compare.Plan;
import dev.millrace.cli.compare.Prompt;
import dev.millrace.cli.compare.Sampling;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonNotesTest {

    private static final Prompt ASKED = Prompt.of("1", "Why?");
    private static final Sampling PLAIN = new Sampling(null, null, false);

    @Test
    void an_interruption_says_how_far_the_calls_were() {
        assertThat(notes(3, 1)).endsWith("interrupted: 1 of 3 calls are done");
    }

    @Test
    void an_interruption_of_the_judge_says_how_far_it_was() {
        assertThat(notes(2, 2)).contains("interrupted: 0 of 2 answers are judged");
    }

    @Test
    void costs_of_targets_in_several_currencies_are_told() {
        Plan plan = new Plan(List.of("m"), List.of(ASKED), 3, 0, 1, CallOrder.TOGETHER);
        List<Call> calls = List.of(priced("USD"), priced("SIMULATED"), priced(""));

        assertThat(ComparisonNotes.of(new Compared(plan, PLAIN, null, calls, Map.of())))
                .endsWith(
                        "m: costs in several currencies, which have no sum:"
                                + " (unknown), SIMULATED, USD");
    }

    private static Call priced(String currency) {
        Pace pace = new Pace(Duration.ofSeconds(1), null, 0, false);
        Usage usage = new Usage(1, 2, 0, BigDecimal.ONE, currency);
        return new Call("m", ASKED, 1, new Answered("So.", "stop", "", 0, pace, usage), null);
    }

    private static List<String> notes(int runs, int done) {
        Pace pace = new Pace(Duration.ofSeconds(1), null, 0, false);
        Answered answer = new Answered("So.", "stop", "", 0, pace, null);
        Call call = new Call("m", ASKED, 1, answer, null);
        Plan plan = new Plan(List.of("m"), List.of(ASKED), runs, 0, 1, CallOrder.TOGETHER);
        List<Call> calls = List.of(call, call).subList(0, done);
        return ComparisonNotes.of(new Compared(plan, PLAIN, "judge", calls, Map.of())).stream()
                .filter(note -> !note.startsWith("m: "))
                .toList();
    }
}
