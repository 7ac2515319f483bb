package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CancelledChatTest {

    private static final String CHUNK =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Well\\n\"}}]}\n\n";

    /// SIGTERM ends a JVM the way that Ctrl-C's SIGINT does; the latter may be ignored where the
    /// tests run in the background.
    @Test
    void a_signal_in_the_middle_of_an_answer_closes_the_connection() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch connectionClosed = new CountDownLatch(1);
        try (FakeGateway gateway = FakeGateway.start()) {
            // Given an answer that is under way and does not end
            gateway.handle(
                    "/v1/chat/completions",
                    exchange -> {
                        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                        exchange.sendResponseHeaders(200, 0);
                        OutputStream body = exchange.getResponseBody();
                        body.write(CHUNK.getBytes(UTF_8));
                        body.flush();
                        writeUntilClosed(body, ended, connectionClosed);
                    });
            Process process =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "-cp",
                                    String.valueOf(System.getProperty("java.class.path")),
                                    CommandProcess.class.getName(),
                                    "chat",
                                    "--url",
                                    gateway.url(),
                                    "Hi")
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (BufferedReader printed = process.inputReader(UTF_8)) {
                assertThat(printed.readLine()).isEqualTo("Well");

                // When the process is told to end
                process.destroy();

                // Then it does, and the gateway notices
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isNotZero();
                ended.countDown();
                assertThat(connectionClosed.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void writeUntilClosed(
            OutputStream body, CountDownLatch ended, CountDownLatch connectionClosed) {
        try {
            ended.await();
            while (true) {
                body.write(CHUNK.getBytes(UTF_8));
                body.flush();
            }
        } catch (IOException _) {
            connectionClosed.countDown();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
