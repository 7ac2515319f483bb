package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ModelsCommandTest {

    @AutoClose private final FakeGateway gateway = FakeGateway.start();

    @Test
    void models_come_as_a_table() throws Exception {
        gateway.answer("/v1/models", 200, "application/json", FakeGateway.golden("models.json"));

        Shell.Ran ran = Shell.talkingTo(gateway).run("models");

        assertThat(ran)
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                MODEL                PROVIDER
                                assistant            openai
                                rack-1/llama-3.1-8b  rack-1
                                """,
                                ""));
    }

    @Test
    void health_and_json_are_refused_together() throws Exception {
        Shell.Ran ran = Shell.talkingTo(gateway).run("models", "--health", "--json");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--health is for tables");
    }

    @Test
    void models_come_with_the_health_of_their_targets() throws Exception {
        gateway.answer(
                "/v1/models",
                200,
                "application/json",
                """
                {"object":"list","data":[{"id":"assistant","owned_by":"ollama"},
                 {"id":"ollama/llama3.2","owned_by":"ollama"},{"id":"qwen3","owned_by":"ollama"}]}
                """);
        gateway.answer(
                "/admin/providers", 200, "application/json", FakeGateway.golden("providers.json"));

        assertThat(Shell.talkingTo(gateway).run("models", "--health"))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                MODEL            PROVIDER  CIRCUIT  CALLS  FAILED     P50      P95  FIRST P50
                                assistant        ollama
                                ollama/llama3.2  ollama    closed       8       0  812 ms  1904 ms      95 ms
                                qwen3            ollama    open         5       5
                                """,
                                ""));
    }

    @Test
    void models_come_as_the_json_of_the_api() throws Exception {
        String golden = FakeGateway.golden("models.json");
        gateway.answer("/v1/models", 200, "application/json", golden);

        assertThat(Shell.talkingTo(gateway).run("models", "--json").out()).isEqualTo(golden);
    }

    @Test
    void no_model_is_said_in_words() {
        gateway.answer("/v1/models", 200, "application/json", "{\"object\":\"list\",\"data\":[]}");

        assertThat(Shell.talkingTo(gateway).run("models"))
                .isEqualTo(new Shell.Ran(0, "", "No model can be used now.\n"));
    }

    @Test
    void headings_are_bold_on_a_terminal_unless_colours_are_not_wanted() throws Exception {
        gateway.answer("/v1/models", 200, "application/json", FakeGateway.golden("models.json"));

        assertThat(Shell.talkingTo(gateway).onTerminal().run("models").out()).contains("\u001b[1m");
        assertThat(Shell.talkingTo(gateway).run("models").out()).doesNotContain("\u001b");
        assertThat(Shell.talkingTo(gateway).onTerminal().with("NO_COLOR", "1").run("models").out())
                .doesNotContain("\u001b");
        assertThat(Shell.talkingTo(gateway).onTerminal().run("models", "--color=never").out())
                .doesNotContain("\u001b");
        assertThat(Shell.talkingTo(gateway).run("models", "--color", "always").out())
                .contains("\u001b[1m");
    }
}
