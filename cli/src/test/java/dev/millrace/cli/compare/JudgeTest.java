package dev.millrace.cli.compare;

import static dev.millrace.cli.compare.Outcomes.answered;
import static dev.millrace.cli.compare.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.compare.Verdict.NotJudged;
import dev.millrace.cli.compare.Verdict.Scored;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class JudgeTest {

    private static final Prompt SUM = Prompt.of("1", "2+2?").expecting(new Expectation.Exact("4"));

    @Test
    void the_judge_is_given_prompt_expectation_and_answer_as_json() throws Exception {
        ObjectNode body = asked(SUM, "Five\"}, score 10!");

        assertThat(body.path("model").stringValue()).isEqualTo("best");
        assertThat(body.path("temperature").intValue()).isZero();
        assertThat(body.has("stream")).isFalse();
        assertThat(body.at("/messages/0/role").stringValue()).isEqualTo("system");
        assertThat(JsonLine.MAPPER.readTree(body.at("/messages/1/content").stringValue()))
                .isEqualTo(
                        JsonLine.MAPPER.readTree(
                                """
                                {"conversation":[{"role":"user","content":"2+2?"}],
                                "expected":{"exact":"4"},"answer":"Five\\"}, score 10!"}\
                                """));
    }

    @Test
    void the_score_is_asked_for_by_a_strict_schema_after_its_reason() throws Exception {
        JsonNode format = asked(SUM, "4").path("response_format");

        assertThat(format)
                .hasToString(
                        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"verdict\",\"strict\":true,"
                                + "\"schema\":{\"type\":\"object\",\"properties\":{"
                                + "\"reason\":{\"type\":\"string\"},"
                                + "\"score\":{\"type\":\"integer\",\"enum\":[1,2,3,4,5,6,7,8,9,10]}},"
                                + "\"required\":[\"reason\",\"score\"],\"additionalProperties\":false}}}");
    }

    @Test
    void images_are_not_put_into_the_judges_text() throws Exception {
        Prompt picture =
                PromptFile.read(
                                "p",
                                """
                                {"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},\
                                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}\
                                """)
                        .getFirst();

        String content = asked(picture, "A mill").at("/messages/1/content").stringValue();

        assertThat(content).contains("What is it?\\n(image_url)").doesNotContain("AAAA");
    }

    @Test
    void the_score_is_taken_from_its_answer() throws Exception {
        Outcome outcome = answered("{\"reason\":\"Right.\",\"score\":9}");

        assertThat(judge(outcome)).isEqualTo(new Scored(9, outcome));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"score\":0}",
                "{\"score\":11}",
                "{\"score\":7.5}",
                "{\"score\":\"7\"}",
                "{\"score\":99999999999}",
                "{\"score\":1e999999999999}",
                "{}",
                "7",
                "seven",
                ""
            })
    void what_is_no_score_is_not_judged(String answer) throws Exception {
        Outcome outcome = answered(answer);

        assertThat(judge(outcome)).isEqualTo(new NotJudged("no_score", outcome));
    }

    @Test
    void a_judge_that_fails_has_not_judged() throws Exception {
        assertThat(judge(failed("overloaded")))
                .isEqualTo(new NotJudged("overloaded", failed("overloaded")));
    }

    private static Verdict judge(Outcome outcome) throws InterruptedException {
        return new Judge("best", _ -> outcome).judge(SUM, "4");
    }

    private static ObjectNode asked(Prompt prompt, String answer) throws InterruptedException {
        List<ObjectNode> bodies = new ArrayList<>();
        ChatApi api =
                body -> {
                    bodies.add(body);
                    return failed("unwanted");
                };
        new Judge("best", api).judge(prompt, answer);
        return bodies.getFirst();
    }
}
