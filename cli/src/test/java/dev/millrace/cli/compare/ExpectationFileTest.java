package dev.millrace.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.cli.compare.Expectation.Contains;
import dev.millrace.cli.compare.Expectation.Exact;
import dev.millrace.cli.compare.Expectation.JsonEqual;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationFileTest {

    private static final List<Prompt> PROMPTS =
            List.of(Prompt.of("a", "Why?"), Prompt.of("b", "How?"));

    @Test
    void lines_of_text_are_the_exact_answers_in_the_prompts_order() throws Exception {
        assertThat(ExpectationFile.read("e", "So.\n\nThus.\n", PROMPTS))
                .extracting(Prompt::expectation)
                .containsExactly(new Exact("So."), new Exact("Thus."));
    }

    @Test
    void json_lines_with_ids_may_leave_prompts_out() throws Exception {
        assertThat(ExpectationFile.read("e", "{\"id\":\"b\",\"contains\":\"x\"}", PROMPTS))
                .extracting(Prompt::id, Prompt::expectation)
                .containsExactly(tuple("a", null), tuple("b", new Contains(List.of("x"))));
    }

    @Test
    void json_lines_without_ids_follow_the_prompts_order() throws Exception {
        assertThat(ExpectationFile.read("e", "{\"exact\":\"x\"}\n{\"json\":null}", PROMPTS))
                .extracting(Prompt::expectation)
                .containsExactly(new Exact("x"), new JsonEqual(JsonLine.MAPPER.readTree("null")));
    }

    @Test
    void every_bad_line_is_named_with_its_reason() {
        String lines =
                """
                {"id":"b","exact":"x"}
                {"id":"b","exact":"x"}
                {"id":"c","exact":"x"}
                {"exact":"x"}
                {"id":"a","exact":"x","note":1}
                {"id":"a"}
                """;

        assertThat(problems(lines))
                .containsExactly(
                        "e:2: of prompt 'b' something is expected already",
                        "e:3: there is no prompt 'c'",
                        "e:4: either all expectations have an 'id', or none",
                        "e:5: a member that is none of contains, exact, id, json: 'note'",
                        "e:6: expects not exactly one of contains, exact, json");
    }

    @Test
    void without_ids_there_is_one_for_each_prompt() {
        assertThat(problems("So.\n"))
                .containsExactly(
                        "e: there are 1 expectations for 2 prompts; without ids, each needs one");
        assertThat(problems("So.\nThus.\nHence.\n"))
                .containsExactly(
                        "e: there are 3 expectations for 2 prompts; without ids, each needs one");
    }

    private static List<String> problems(String lines) {
        return catchThrowableOfType(
                        UnreadableFile.class, () -> ExpectationFile.read("e", lines, PROMPTS))
                .problems();
    }
}
