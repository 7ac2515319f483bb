package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProvidersCommandTest {

    @AutoClose private final FakeGateway gateway = FakeGateway.start();

    @Test
    void providers_come_as_a_table() throws Exception {
        gateway.answer(
                "/admin/providers", 200, "application/json", FakeGateway.golden("providers.json"));

        assertThat(Shell.talkingTo(gateway).run("providers"))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                PROVIDER  KIND       WHERE  STATE               MODELS  RUNNING  AT MOST  CALLS  FAILED  WORKER    LAST ERROR
                                claude    anthropic  cloud  credential refused       1        0        8      0       0  worker-1  the credential is refused with status 401
                                ollama    ollama     local  ready                    2        2        4     13       5  worker-1
                                """,
                                ""));
    }

    @Test
    void targets_come_with_their_circuits_and_times() throws Exception {
        gateway.answer(
                "/admin/providers", 200, "application/json", FakeGateway.golden("providers.json"));

        assertThat(Shell.talkingTo(gateway).run("providers", "--targets"))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                PROVIDER  MODEL     CIRCUIT  CALLS  FAILED  THROTTLED     P50      P95  FIRST P50  FIRST P95  WORKER    LAST ERROR
                                ollama    llama3.2  closed       8       0          1  812 ms  1904 ms      95 ms     240 ms  worker-1
                                ollama    qwen3     open         5       5          0                                         worker-1  the provider answered with status 500
                                """,
                                ""));
    }

    @Test
    void servers_come_with_their_states_and_loads() throws Exception {
        gateway.answer(
                "/admin/providers", 200, "application/json", FakeGateway.golden("servers.json"));

        assertThat(Shell.talkingTo(gateway).run("providers", "--servers"))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                """
                                PROVIDER  SERVER         STATE    RUNNING  ITS LOAD  WAITING  SLOTS  KV CACHE  WORKER    LAST ERROR  AT
                                rack      10.0.0.7:8000  ready          2         3        0             62 %  worker-1
                                rack      10.0.0.8:8000  resting        0                                      worker-1  status 503  2026-11-22T01:02:03Z
                                """,
                                ""));
        assertThat(Shell.talkingTo(gateway).run("providers", "--servers", "--targets").exitCode())
                .isNotZero();
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
