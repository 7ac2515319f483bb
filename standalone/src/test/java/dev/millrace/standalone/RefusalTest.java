package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `millrace up` says when it cannot start: one clear line, and a non-zero exit code.
class RefusalTest {

    @TempDir Path folder;

    @Test
    void a_taken_port_is_named() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = RunningMillrace.freePort();
            var http =
                    RunningMillrace.refused(
                            folder.resolve("a"), taken.getLocalPort(), free, "--simulate");
            var kafka =
                    RunningMillrace.refused(
                            folder.resolve("b"), free, taken.getLocalPort(), "--simulate");

            assertOneLine(http, "port " + taken.getLocalPort(), "--port");
            assertOneLine(kafka, "port " + taken.getLocalPort(), "--kafka-port");
        }
    }

    @Test
    void a_data_folder_that_cannot_be_written_is_named() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");

        assertOneLine(refused(file.resolve("data"), "--simulate"), "data folder", file.toString());
    }

    @Test
    void a_configuration_with_mistakes_is_refused_with_their_places() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        "providers:\n  - { name: p, kind: nonsense }\n");

        var refusal = refused(folder.resolve("data"), "--config", config.toString());

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output())
                .contains("line 2, column 22", "nonsense")
                .doesNotContain("\tat ");
    }

    @Test
    void a_configuration_file_that_is_not_there_is_named() throws Exception {
        assertOneLine(refused(folder.resolve("data"), "--config", "no-such.yaml"), "no-such.yaml");
    }

    @Test
    void a_wider_host_without_keys_is_refused() throws Exception {
        assertOneLine(
                refused(folder.resolve("data"), "--simulate", "--host", "0.0.0.0"),
                "--host 0.0.0.0",
                "keys");
    }

    @Test
    void a_start_that_fails_inside_ends_the_process() throws Exception {
        Path kafka = Files.createDirectories(folder.resolve("data/kafka"));
        Files.writeString(kafka.resolve("meta.properties"), "version=1\nnode.id=99\n");

        var refusal = refused(folder.resolve("data"), "--simulate");

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output()).contains("millrace: ").doesNotContain("\tat ");
    }

    @Test
    void a_port_that_there_is_not_is_refused() throws Exception {
        assertOneLine(
                RunningMillrace.refused(
                        folder.resolve("data"), 70_000, RunningMillrace.freePort(), "--simulate"),
                "--port must be from 0 to 65535");
    }

    private static RunningMillrace.Refusal refused(Path data, String... options) throws Exception {
        return RunningMillrace.refused(
                data, RunningMillrace.freePort(), RunningMillrace.freePort(), options);
    }

    private static void assertOneLine(RunningMillrace.Refusal refusal, String... parts) {
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output().strip().lines()).as(refusal.output()).hasSize(1);
        assertThat(refusal.output()).startsWith("millrace: ").contains(parts);
    }
}
