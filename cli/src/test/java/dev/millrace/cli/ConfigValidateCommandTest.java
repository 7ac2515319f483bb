package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigValidateCommandTest {

    private static final String GOOD =
            """
            providers:
              - { name: one, kind: ollama }
              - { name: two, kind: vllm }
            models:
              - name: assistant
                targets: [ { provider: one, model: llama } ]
            """;

    private static final String BAD =
            """
            providers:
              - { name: one, kind: telepathy, base-url: "http://127.0.0.1:1/v1" }
            models:
              - name: assistant
                targets: [ { provider: three, model: llama } ]
            """;

    @TempDir Path folder;

    @Test
    void a_good_document_is_summed_up() throws Exception {
        Path file = Files.writeString(folder.resolve("good.yaml"), GOOD);

        assertThat(new Shell().run("config", "validate", file.toString()))
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                file + " is valid: 2 providers, 1 model, 0 tenants, 0 prices\n",
                                ""));
    }

    @Test
    void every_problem_of_a_bad_document_is_named_with_its_place() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.yaml"), BAD);

        Shell.Ran ran = new Shell().run("config", "validate", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .hasSize(2)
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(file + ":2:24: providers[0].kind: 'telepathy'"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                file
                                                        + ":5:28: models[0].targets[0].provider:"
                                                        + " 'three' is not a configured provider"));
    }

    @Test
    void a_document_may_come_from_the_standard_input() {
        Shell.Ran ran = new Shell().piping("providers: [").run("config", "validate", "-");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).startsWith("<stdin>:").contains("not valid YAML");
    }

    @Test
    void a_file_that_cannot_be_read_is_one_line() throws Exception {
        Path missing = folder.resolve("missing.yaml");
        assertThat(new Shell().run("config", "validate", missing.toString()))
                .isEqualTo(new Shell.Ran(1, "", "millrace: there is no file " + missing + "\n"));

        Path binary = folder.resolve("latin.yaml");
        Files.write(binary, "models: [ é ]".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new Shell().run("config", "validate", binary.toString()))
                .isEqualTo(new Shell.Ran(1, "", "millrace: " + binary + " is not UTF-8 text\n"));

        assertThat(new Shell().run("config", "validate", folder.toString()))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err().lines()).hasSize(1));
    }
}
