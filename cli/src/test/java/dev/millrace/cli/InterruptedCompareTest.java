package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptedCompareTest {

    /// SIGTERM, for the reason that [CancelledChatTest] gives.
    @Test
    void a_signal_ends_the_calls_and_shows_what_there_is() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (FakeGateway gateway = FakeGateway.start()) {
            // Given a model that answers once and then no more
            FakeModels.behind(gateway)
                    .with(
                            "m",
                            prompt -> {
                                if (prompt.equals("Second?")) {
                                    underWay.countDown();
                                    awaitQuietly(never);
                                }
                                return FakeModels.stream("Hi there", FakeModels.usage(1, 2, "1"));
                            });
            Process process =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "-cp",
                                    String.valueOf(System.getProperty("java.class.path")),
                                    CommandProcess.class.getName(),
                                    "compare",
                                    "--url",
                                    gateway.url(),
                                    "--models=m",
                                    "--prompts=-")
                            .redirectErrorStream(true)
                            .start();
            try {
                try (var prompts = process.outputWriter(UTF_8)) {
                    prompts.write("First?\nSecond?\nThird?\n");
                }
                assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();

                // When the process is told to end
                process.toHandle().destroy();

                // Then it shows the one answer
                String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isNotZero();
                assertThat(printed)
                        .contains("m          1       0")
                        .contains("interrupted: 1 of 3 calls are done");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
