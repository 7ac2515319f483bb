package dev.millrace.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.compare.Expectation.Contains;
import dev.millrace.cli.compare.Expectation.Exact;
import dev.millrace.cli.compare.Expectation.JsonEqual;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectationTest {

    private static final Expectation JSON =
            new JsonEqual(
                    JsonLine.MAPPER.readTree("{\"name\":\"Ann\",\"ages\":[1,2.50],\"ok\":true}"));

    @Test
    void an_exact_answer_is_the_whole_text_but_for_blanks_around_it() {
        Expectation four = new Exact("4");

        assertThat(four.metBy("\n 4 \n")).isTrue();
        assertThat(four.metBy("It is 4")).isFalse();
        assertThat(new Exact("Yes").metBy("yes")).isFalse();
    }

    @Test
    void every_text_has_to_be_in_the_answer() {
        Expectation both = new Contains(List.of("water", "mill"));

        assertThat(both.metBy("A mill that water drives")).isTrue();
        assertThat(both.metBy("A mill")).isFalse();
        assertThat(both.metBy("A mill and Water")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"Ann\",\"ages\":[1,2.50],\"ok\":true}",
                "\n{ \"ok\" : true, \"ages\" : [ 1.0, 2.5 ],\n \"name\" : \"Ann\" }",
                "```json\n{\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":true}\n```",
                "```\n{\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":true}```\n"
            })
    void the_same_json_is_equal_however_it_is_written(String answer) {
        assertThat(JSON.metBy(answer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"Ann\",\"ages\":[2.5,1],\"ok\":true}",
                "{\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":true,\"more\":1}",
                "{\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":\"true\"}",
                "{\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":true} indeed",
                "Here it is: {\"name\":\"Ann\",\"ages\":[1,2.5],\"ok\":true}",
                "no JSON",
                "1e999999999999",
                ""
            })
    void other_json_or_none_is_not_equal(String answer) {
        assertThat(JSON.metBy(answer)).isFalse();
    }
}
