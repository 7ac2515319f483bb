package dev.millrace.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.cli.compare.Expectation.Contains;
import dev.millrace.cli.compare.Expectation.Exact;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptFileTest {

    @Test
    void each_line_of_a_text_is_a_prompt_named_for_its_line() throws Exception {
        List<Prompt> prompts = PromptFile.read("p.txt", "\uFEFFWhy?\r\n\n  How come? \n");

        assertThat(prompts).containsExactly(Prompt.of("1", "Why?"), Prompt.of("3", "How come?"));
    }

    @Test
    void json_lines_have_ids_messages_instructions_and_expectations() throws Exception {
        List<Prompt> prompts =
                PromptFile.read(
                        "p.jsonl",
                        """
                        {"id":"sum","prompt":"2+2?","expect":"4"}

                        {"prompt":"Why?","system":"Be brief."}
                        {"id":7,"messages":[{"role":"user","content":"Hi"}],"expect":{"contains":["a","b"]}}
                        """);

        assertThat(prompts).extracting(Prompt::id).containsExactly("sum", "3", "7");
        assertThat(prompts)
                .extracting(Prompt::expectation)
                .containsExactly(new Exact("4"), null, new Contains(List.of("a", "b")));
        assertThat(prompts.get(1).messages())
                .hasToString(
                        "[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                                + "{\"role\":\"user\",\"content\":\"Why?\"}]");
    }

    @Test
    void instructions_for_all_leave_a_prompts_own_alone() throws Exception {
        Prompt own =
                PromptFile.read("p", "{\"prompt\":\"Why?\",\"system\":\"Be brief.\"}").getFirst();

        assertThat(own.under("Be long.")).isEqualTo(own);
        assertThat(Prompt.of("1", "Why?").under("Be long.").messages())
                .hasToString(
                        "[{\"role\":\"system\",\"content\":\"Be long.\"},"
                                + "{\"role\":\"user\",\"content\":\"Why?\"}]");
    }

    @Test
    void every_bad_line_is_named_with_its_reason_and_without_its_text() {
        UnreadableFile refused =
                catchThrowableOfType(
                        UnreadableFile.class,
                        () ->
                                PromptFile.read(
                                        "p.jsonl",
                                        """
                                        {"prompt":"secret"}
                                        {"prompt":"secret"
                                        "secret"
                                        {"prompt":"secret","expects":"x"}
                                        {"prompt":" "}
                                        {"id":"a"}
                                        {"prompt":"secret","messages":[]}
                                        {"messages":[]}
                                        {"messages":[{"content":"secret"}]}
                                        {"id":"1","prompt":"secret"}
                                        {"id":[],"prompt":"secret"}
                                        {"prompt":"secret","expect":{"exact":"a","json":1}}
                                        {"prompt":"secret","expect":{"equals":"a"}}
                                        {"prompt":"secret","expect":{"contains":[]}}
                                        {"prompt":"secret","system":3}
                                        {"prompt":"secret","expect":null}
                                        {"prompt":"secret","prompt":"secret"}
                                        {"prompt":"secret","expect":{"json":1e999999999999}}
                                        {"prompt":"secret","expect":{"json":%s}}
                                        """
                                                .formatted("[".repeat(600) + "]".repeat(600))));

        assertThat(refused.problems())
                .containsExactly(
                        "p.jsonl:2: not JSON, at column 19",
                        "p.jsonl:3: not a JSON object",
                        "p.jsonl:4: a member that is none of expect, id, messages, prompt, system:"
                                + " 'expects'",
                        "p.jsonl:5: 'prompt' is not a text, or is empty",
                        "p.jsonl:6: neither 'prompt' nor 'messages'",
                        "p.jsonl:7: both 'prompt' and 'messages'",
                        "p.jsonl:8: 'messages' is not a list, or is empty",
                        "p.jsonl:9: a message without a 'role'",
                        "p.jsonl:10: another prompt has the id '1'",
                        "p.jsonl:11: 'id' is neither a text nor a whole number",
                        "p.jsonl:12: expects not exactly one of contains, exact, json",
                        "p.jsonl:13: 'expect' has a member that it does not know: 'equals'",
                        "p.jsonl:14: 'contains' is empty",
                        "p.jsonl:15: 'system' is not a text, or is empty",
                        "p.jsonl:16: 'expect' is not a text, or is empty",
                        "p.jsonl:17: a member that is there twice",
                        "p.jsonl:18: a number whose exponent is too large",
                        "p.jsonl:19: JSON that is nested too deep, or has too long a number");
        assertThat(refused.problems()).noneMatch(problem -> problem.contains("secret"));
    }

    @Test
    void a_file_without_a_prompt_is_refused() {
        UnreadableFile refused =
                catchThrowableOfType(UnreadableFile.class, () -> PromptFile.read("p.txt", "\n \n"));

        assertThat(refused.problems()).containsExactly("p.txt: there is no prompt in it");
    }
}
