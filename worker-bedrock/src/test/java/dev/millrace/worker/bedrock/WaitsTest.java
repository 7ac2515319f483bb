package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitsTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final byte[][] BEGUN =
            Frames.of(
                    """
                    {"event":"messageStart","body":{"role":"assistant"}}
                    {"event":"contentBlockDelta","body":{"delta":{"text":"four"},"contentBlockIndex":0}}
                    """);

    private ScriptedUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
    }

    @Test
    void waits_end_with_their_timeouts_and_close_the_connection() throws Exception {
        Duration moment = Duration.ofMillis(300);
        upstream.thenHang().thenHang();

        Outcome whole;
        Outcome streamed;
        try (Attempts hasty = attempts(new Timeouts(AMPLE, AMPLE, AMPLE, moment));
                Attempts impatient = attempts(new Timeouts(AMPLE, moment, AMPLE, AMPLE))) {
            whole = hasty.whole(Attempts.HELLO);
            streamed = impatient.streamed(Attempts.HELLO_STREAM);
            await().untilAsserted(() -> assertThat(upstream.disconnects()).isEqualTo(2));
        }

        assertThat(limit(whole)).isEqualTo(Limit.TOTAL);
        assertThat(limit(streamed)).isEqualTo(Limit.FIRST_TOKEN);
        assertThat(whole.progress().usage())
                .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, 0));
    }

    @Test
    void a_stream_that_falls_silent_ends_with_its_idle_timeout() throws Exception {
        thenBeginAndHang();

        try (Attempts attempts =
                attempts(new Timeouts(AMPLE, AMPLE, Duration.ofMillis(100), AMPLE))) {
            Outcome silent = attempts.streamed(Attempts.HELLO_STREAM);

            assertThat(limit(silent)).isEqualTo(Limit.IDLE);
            assertThat(silent.progress().contentSent()).isTrue();
            await().untilAsserted(() -> assertThat(upstream.disconnects()).isEqualTo(1));
        }
    }

    @Test
    void a_stream_whose_connection_breaks_is_unavailable() throws Exception {
        upstream.then(connection -> {
            begin(connection);
            return false;
        });

        try (Attempts attempts = attempts(Attempts.PATIENT)) {
            Outcome outcome = attempts.streamed(Attempts.HELLO_STREAM);

            assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
            assertThat(outcome.progress().contentSent()).isTrue();
            assertThat(outcome.progress().usage())
                    .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_interrupted_call_closes_the_upstream_connection_at_once(boolean stream)
            throws Exception {
        if (stream) {
            thenBeginAndHang();
        } else {
            upstream.thenHang();
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        try (Attempts attempts = attempts(Attempts.PATIENT)) {
            Thread thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    outcome.complete(
                                            stream
                                                    ? attempts.streamed(Attempts.HELLO_STREAM)
                                                    : attempts.whole(Attempts.HELLO));
                                } catch (InterruptedException e) {
                                    outcome.completeExceptionally(e);
                                }
                            });
            await().untilAsserted(() -> assertThat(upstream.received()).hasSize(1));
            if (stream) {
                await().untilAsserted(() -> assertThat(attempts.sent()).contains("four"));
            }
            thread.interrupt();

            await().atMost(1, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(upstream.disconnects()).isEqualTo(1));
            assertThat(outcome.get(1, TimeUnit.SECONDS)).isInstanceOf(Outcome.Cancelled.class);
            assertThat(outcome.join().progress().usage())
                    .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, stream ? 1 : 0));
        }
    }

    private void thenBeginAndHang() {
        upstream.then(connection -> {
            begin(connection);
            connection.awaitDisconnect();
            return false;
        });
    }

    private static void begin(ScriptedUpstream.Connection connection) throws IOException {
        connection.write(
                "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
                        + "transfer-encoding: chunked\r\n\r\n");
        for (byte[] frame : BEGUN) {
            connection.chunk(frame);
        }
    }

    private Attempts attempts(Timeouts timeouts) {
        return Attempts.at(upstream.baseUrl(), timeouts, InstantSource.system());
    }

    private static Limit limit(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
        return ((Outcome.TimedOut) outcome).limit();
    }
}
