package dev.millrace.worker.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StreamedChoicesTest {
    private final StreamedChoices choices = new StreamedChoices();

    @Test
    void the_parts_of_each_choice_are_put_together() {
        add("{'choices':[{'index':0,'delta':{'role':'assistant','content':'{'}}]}");
        add(
                "{'choices':[{'index':1,'delta':{'content':'é'}}]}",
                "{'choices':[{'index':0,'delta':{'content':'}'},'finish_reason':'stop'}]}");
        add(
                "{'choices':[{'index':1,'delta':{},'finish_reason':'length'}]}",
                "{'choices':[],'usage':{'prompt_tokens':1}}");

        JsonNode whole = choices.whole().orElseThrow().path("choices");

        assertThat(whole).hasSize(2);
        assertThat(whole.get(0).path("message").path("content").asString()).isEqualTo("{}");
        assertThat(whole.get(0).path("finish_reason").asString()).isEqualTo("stop");
        assertThat(whole.get(1).path("message").path("content").asString()).isEqualTo("é");
        assertThat(whole.get(1).path("finish_reason").asString()).isEqualTo("length");
    }

    @Test
    void a_refusal_and_a_tool_call_are_kept_as_such() {
        add("{'choices':[{'index':0,'delta':{'refusal':'I will not'}}]}");
        add("{'choices':[{'index':1,'delta':{'tool_calls':[{'index':0,'id':'1'}]}}]}");

        JsonNode whole = choices.whole().orElseThrow().path("choices");

        assertThat(whole.get(0).path("message").path("refusal").asString()).isEqualTo("I will not");
        assertThat(whole.get(1).path("message").path("tool_calls")).hasSize(1);
    }

    @Test
    void what_is_too_long_or_not_understood_is_not_told() {
        add(
                "{'choices':[{'index':0,'delta':{'content':'"
                        + "x".repeat(AnswerForm.LONGEST)
                        + "'}}]}");
        assertThat(choices.whole()).isPresent();
        add("{'choices':[{'index':1,'delta':{'content':'x'}}]}");
        assertThat(choices.whole()).isEmpty();

        assertThat(after("{'choices':[{'index':1000000,'delta':{}}]}")).isEmpty();
        assertThat(after("{'choices':[{'index':0,'del")).isEmpty();
        assertThat(after("{'choices':{'index':'x'},'more':7}")).isPresent();
    }

    private static Optional<JsonNode> after(String chunk) {
        StreamedChoices choices = new StreamedChoices();
        choices.add(bytes(chunk));
        return choices.whole();
    }

    private void add(String... chunks) {
        choices.add(bytes(chunks));
    }

    private static byte[] bytes(String... chunks) {
        return (String.join("\n", chunks) + "\n").replace('\'', '"').getBytes(UTF_8);
    }
}
