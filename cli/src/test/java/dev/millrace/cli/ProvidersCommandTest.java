package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProvidersCommandTest {

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = FakeGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void providers_come_as_a_table() throws Exception {
        gateway.answer(
                "/admin/providers", 200, "application/json", FakeGateway.golden("providers.json"));

        assertThat(Shell.talkingTo(gateway).run("providers"))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                PROVIDER  KIND       WHERE  STATE               MODELS  RUNNING  AT MOST  WORKER    LAST ERROR
                                claude    anthropic  cloud  credential refused       1        0        8  worker-1  the credential is refused with status 401
                                ollama    ollama     local  ready                    2        2        4  worker-1
                                """,
                                ""));
    }

    @Test
    void providers_come_as_the_json_of_the_api() throws Exception {
        String golden = FakeGateway.golden("providers.json");
        gateway.answer("/admin/providers", 200, "application/json", golden);

        assertThat(Shell.talkingTo(gateway).run("providers", "--json").out()).isEqualTo(golden);
    }

    @Test
    void no_provider_is_said_in_words() {
        gateway.answer(
                "/admin/providers", 200, "application/json", "{\"object\":\"list\",\"data\":[]}");

        assertThat(Shell.talkingTo(gateway).run("providers"))
                .isEqualTo(new Shell.Ran(0, "", "No worker serves a provider now.\n"));
    }
}
