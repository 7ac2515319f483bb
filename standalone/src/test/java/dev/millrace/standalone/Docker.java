package dev.millrace.standalone;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Whether tests can use Docker here.
final class Docker {

    private Docker() {}

    /// Skips the test where no engine answers.
    static void assumeEngine() throws InterruptedException {
        assumeTrue(succeeds("docker", "info"), "skipped: no Docker engine answers");
    }

    /// Skips the test where no engine answers, or there is no `docker compose`.
    static void assumeCompose() throws InterruptedException {
        assumeEngine();
        assumeTrue(succeeds("docker", "compose", "version"), "skipped: docker has no compose");
    }

    /// Quick where the command is missing, or nobody answers it.
    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            boolean ended = process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
