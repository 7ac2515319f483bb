package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What every dialect does when the connection, the clock or the client does not do as it should:
/// streams that drip, break off or fall silent, answers of megabytes, calls that are cancelled.
/// Plays a dialect's golden cases `plain` and `stream`.
abstract class TransportContract extends GoldenContract {
    static {
        // What is awaited here comes within milliseconds.
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    /// What the golden case `plain` answers with.
    static final String PLAIN = "Grüße vom Mühlbach";

    private static final long ESTIMATED_PROMPT = 11;
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Timeouts PATIENT = new Timeouts(AMPLE, AMPLE, AMPLE, AMPLE);

    private final InstantSource clock = InstantSource.system();

    /// A provider that calls `baseUrl` with [#KEY], and tells the time by `clock`.
    protected abstract Provider provider(URI baseUrl, Timeouts timeouts, InstantSource time)
            throws Exception;

    /// The model's name at the provider.
    protected String model() {
        return "upstream-model";
    }

    /// The header with the provider's id of a call.
    protected String requestIdHeader() {
        return "x-request-id";
    }

    @Test
    void a_stream_cut_anywhere_is_read_the_same() throws Exception {
        GoldenCase golden = golden("stream");
        byte[] body = events(golden);
        byte[] crlf = new String(body, UTF_8).replace("\n", "\r\n").getBytes(UTF_8);
        try (Playing played = new Playing(golden, PATIENT, InstantSource.fixed(NOON))) {
            for (byte[][] pieces : List.of(cut(body, 1), cut(crlf, 1), cut(crlf, 7))) {
                played.upstream.thenStream(pieces);
                played.sent.clear();

                Outcome outcome = played.attempt();

                assertThat(outcome).isInstanceOf(Outcome.Completed.class);
                assertThat(played.text()).isEqualTo(golden.reply());
            }
        }
    }

    @Test
    void a_stream_that_breaks_off_is_never_complete_and_is_charged_for_what_came()
            throws Exception {
        GoldenCase golden = golden("stream");
        byte[] body = events(golden);
        try (Playing played = playing(golden, PATIENT)) {
            for (int end = 0; end < body.length / 2; end += 13) {
                byte[] half = Arrays.copyOf(body, end);
                played.upstream.then(connection -> {
                    ScriptedUpstream.startStream(connection);
                    connection.chunk(half.length == 0 ? ":\n".getBytes(UTF_8) : half);
                    return false;
                });

                Outcome outcome = played.attempt();

                assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
                assertThat(outcome.progress().usage().estimated()).isTrue();
                assertThat(outcome.progress().usage().input()).isPositive();
            }
        }
    }

    @Test
    void connections_are_used_again() throws Exception {
        GoldenCase plain = golden("plain");
        try (Playing played = playing(plain, PATIENT)) {
            for (int i = 0; i < 5; i++) {
                played.upstream.thenAnswer(200, plain.upstream());
                assertThat(played.attempt()).isInstanceOf(Outcome.Completed.class);
            }
            assertThat(played.upstream.connections()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void an_answer_of_megabytes_comes_through() throws Exception {
        GoldenCase plain = golden("plain");
        try (Playing played = playing(plain, PATIENT)) {
            played.upstream.thenAnswer(200, plain.upstream().replace(PLAIN, "ß".repeat(1_500_000)));

            Outcome outcome = played.attempt();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Completed.class,
                            completed ->
                                    assertThat(completed.body()).hasSizeGreaterThan(3_000_000));
        }
    }

    @Test
    void a_success_that_is_no_answer_is_malformed() throws Exception {
        try (Playing played = playing(golden("plain"), PATIENT)) {
            for (String body : List.of("<html>It works!</html>", "", "[]", "{}", "{\"a\":")) {
                played.upstream.thenAnswer(200, body);

                assertThat(played.attempt()).isInstanceOf(Outcome.Malformed.class);
            }
        }
    }

    @Test
    void a_stream_of_nonsense_is_malformed() throws Exception {
        try (Playing played = playing(golden("stream"), PATIENT)) {
            for (String body : List.of("data: {\"ty\n\n", "data: " + "x".repeat(9_000_000), "")) {
                played.upstream.thenStream(body);

                assertThat(played.attempt()).isInstanceOf(Outcome.Malformed.class);
            }
        }
    }

    @Test
    void an_upstream_that_is_not_there_is_unavailable_and_costs_nothing() throws Exception {
        try (Playing played = playing(golden("plain"), PATIENT)) {
            played.upstream.close();

            Outcome outcome = played.attempt();

            assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
            assertThat(outcome.progress().usage()).isEqualTo(TokenUsage.NONE);
        }
    }

    @Test
    void waits_end_with_their_timeouts_and_close_the_connection() throws Exception {
        Duration moment = Duration.ofMillis(200);
        assertThat(hanging("plain", new Timeouts(AMPLE, AMPLE, AMPLE, moment)))
                .isEqualTo(Limit.TOTAL);
        assertThat(hanging("stream", new Timeouts(AMPLE, moment, AMPLE, AMPLE)))
                .isEqualTo(Limit.FIRST_TOKEN);
        try (Playing played = playing(golden("plain"), PATIENT)) {
            played.upstream.thenHang();
            Outcome late = played.attempt(new Deadline(clock.instant().plus(moment), clock));
            assertThat(((Outcome.TimedOut) late).limit()).isEqualTo(Limit.DEADLINE);
            await().untilAsserted(() -> assertThat(played.upstream.disconnects()).isEqualTo(1));
        }
    }

    @Test
    void an_interrupted_call_closes_the_upstream_connection_at_once() throws Exception {
        for (String name : List.of("plain", "stream")) {
            GoldenCase golden = golden(name);
            byte[] body = golden.streamed() ? events(golden) : new byte[0];
            try (Playing played = playing(golden, PATIENT)) {
                played.upstream.then(connection -> {
                    if (golden.streamed()) {
                        ScriptedUpstream.startStream(connection);
                        connection.chunk(Arrays.copyOf(body, body.length * 3 / 4));
                    }
                    connection.awaitDisconnect();
                    return false;
                });

                Outcome outcome = interrupted(played, golden.streamed());

                assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
                assertThat(outcome.progress().usage().estimated()).isTrue();
                assertThat(outcome.progress().usage().input()).isPositive();
                assertThat(outcome.progress().contentSent()).isEqualTo(golden.streamed());
            }
        }
    }

    @Test
    void a_body_that_is_not_a_json_object_is_rejected_without_a_call() throws Exception {
        try (Playing played = playing(golden("plain"), PATIENT)) {
            for (String body : List.of("", "[]", "{", "{\"a\":1}{", "\"x\"")) {
                assertThat(played.attempt(body))
                        .isInstanceOfSatisfying(
                                Outcome.Rejected.class,
                                rejected -> assertThat(rejected.error().status()).isEqualTo(400));
            }
            assertThat(played.upstream.received()).isEmpty();
        }
    }

    /// Time stands still, so that answers are dated the same.
    @Override
    protected final Played play(GoldenCase golden) throws Exception {
        try (Playing playing = new Playing(golden, PATIENT, InstantSource.fixed(NOON))) {
            if (golden.streamed()) {
                playing.upstream.thenStream(events(golden));
            } else {
                playing.upstream.thenAnswer(
                        200, golden.upstream(), requestIdHeader() + ": " + REQUEST_ID);
            }
            Outcome outcome = playing.attempt();
            ScriptedUpstream.Received received = playing.upstream.received().getFirst();
            return new Played(received.path(), received.body(), outcome, playing.text());
        }
    }

    @Override
    protected final Outcome answered(JsonNode error) throws Exception {
        try (Playing played = playing(golden("plain"), PATIENT)) {
            List<String> headers = new ArrayList<>();
            error.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.add(header.getKey() + ": " + header.getValue().asString()));
            played.upstream.thenAnswer(
                    error.path("status").asInt(),
                    error.path("body").toString(),
                    headers.toArray(String[]::new));
            return played.attempt();
        }
    }

    private Limit hanging(String name, Timeouts timeouts) throws Exception {
        try (Playing played = playing(golden(name), timeouts)) {
            played.upstream.thenHang();
            Outcome outcome = played.attempt();
            await().untilAsserted(() -> assertThat(played.upstream.disconnects()).isEqualTo(1));
            return ((Outcome.TimedOut) outcome).limit();
        }
    }

    private static Outcome interrupted(Playing played, boolean streamed) throws Exception {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                outcome.complete(played.attempt());
                            } catch (Exception e) {
                                outcome.completeExceptionally(e);
                            }
                        });
        await().untilAsserted(() -> assertThat(played.upstream.received()).hasSize(1));
        if (streamed) {
            await().untilAsserted(() -> assertThat(played.sent).isNotEmpty());
        }
        thread.interrupt();
        Outcome ended = outcome.get(10, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(played.upstream.disconnects()).isEqualTo(1));
        return ended;
    }

    private Playing playing(GoldenCase golden, Timeouts timeouts) throws Exception {
        return new Playing(golden, timeouts, clock);
    }

    private GoldenCase golden(String name) {
        return GoldenCase.of(dialect()).stream()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no golden case " + name));
    }

    private static byte[] events(GoldenCase golden) {
        return (golden.upstream() + "\n\n").getBytes(UTF_8);
    }

    private static byte[][] cut(byte[] body, int length) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < body.length; i += length) {
            pieces.add(Arrays.copyOfRange(body, i, Math.min(body.length, i + length)));
        }
        return pieces.toArray(byte[][]::new);
    }

    /// A provider, its upstream, and what was sent on to the client.
    private final class Playing implements AutoCloseable {
        private final ScriptedUpstream upstream = new ScriptedUpstream();
        private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
        private final GoldenCase golden;
        private final Provider provider;
        private final InstantSource time;

        private Playing(GoldenCase golden, Timeouts timeouts, InstantSource time) throws Exception {
            this.golden = golden;
            this.provider = provider(upstream.baseUrl(), timeouts, time);
            this.time = time;
        }

        private String text() {
            return String.join("", sent).strip();
        }

        private Outcome attempt() throws InterruptedException {
            return attempt(golden.client());
        }

        private Outcome attempt(String body) throws InterruptedException {
            return attempt(body, new Deadline(time.instant().plusSeconds(3600), time));
        }

        private Outcome attempt(Deadline deadline) throws InterruptedException {
            return attempt(golden.client(), deadline);
        }

        private Outcome attempt(String body, Deadline deadline) throws InterruptedException {
            Call call =
                    new Call(
                            new UUID(0, 1),
                            golden.embedding() ? Operation.EMBEDDING : Operation.CHAT_COMPLETION,
                            model(),
                            body.getBytes(UTF_8),
                            golden.streamed(),
                            ESTIMATED_PROMPT,
                            _ ->
                                    Optional.of(
                                            new Pricing.Cost(
                                                    new BigDecimal("0.000123000000"), "USD")));
            return provider.attempt(call, deadline, chunks -> sent.add(new String(chunks, UTF_8)));
        }

        @Override
        public void close() throws IOException {
            provider.close();
            upstream.close();
        }
    }
}
