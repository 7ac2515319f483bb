package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.answer.Exchange;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamingTest {

    private static final long MEGABYTE = 1024 * 1024;

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig =
                Rig.start(
                        "",
                        settings ->
                                settings.withComment(Duration.ofMillis(150))
                                        .withExchanges(
                                                new Exchange.Bounds(
                                                        Duration.ofMillis(200),
                                                        Duration.ofMillis(500),
                                                        MEGABYTE,
                                                        8 * MEGABYTE)));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.other.forget();
    }

    @Test
    void chunks_become_events_in_their_order() throws Exception {
        rig.other.when(
                "m",
                script ->
                        script.chunk("{\"c\":1}")
                                .chunk("{\"c\":2}", "{\"c\":3}")
                                .chunk("{\"c\":4}")
                                .end());

        HttpResponse<String> response = rig.stream("m");

        assertThat(response.body())
                .isEqualTo(
                        """
                        data: {"c":1}

                        data: {"c":2}

                        data: {"c":3}

                        data: {"c":4}

                        data: [DONE]

                        """);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(response.headers().firstValue("x-millrace-provider")).hasValue("acme-cloud");
        assertThat(response.headers().firstValue("x-millrace-queue-ms")).hasValue("4");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void each_chunk_goes_out_at_once_and_silence_is_filled_with_comments() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        rig.other.when(
                "m",
                script -> {
                    script.chunk("{\"c\":1}");
                    await(seen);
                    script.chunk("{\"c\":2}").end();
                });

        HttpResponse<InputStream> response =
                rig.client.send(
                        rig.request(Rig.CHAT)
                                .POST(BodyPublishers.ofString(Rig.chatBody("m", true)))
                                .build(),
                        BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("data: {\"c\":1}");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).startsWith(":");
            seen.countDown();
            List<String> rest = lines.lines().filter(line -> line.startsWith("data")).toList();
            assertThat(rest).containsExactly("data: {\"c\":2}", "data: [DONE]");
        }
    }

    @Test
    void a_chunk_in_parts_is_joined_before_it_is_sent() throws Exception {
        rig.other.when(
                "m",
                script ->
                        script.chunk("{\"long\":\"abc", true)
                                .chunk("def\"}\n{\"c\":2}\n", false)
                                .end());

        assertThat(rig.stream("m").body())
                .isEqualTo("data: {\"long\":\"abcdef\"}\n\ndata: {\"c\":2}\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_failure_before_the_first_chunk_has_its_status() throws Exception {
        rig.other.when("m", script -> script.fail(404, "model_not_found", null, true));

        HttpResponse<String> response = rig.stream("m");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).startsWith("{\"error\":");
    }

    @Test
    void a_failure_after_the_first_chunk_is_the_last_event() throws Exception {
        rig.other.when(
                "m", script -> script.chunk("{\"c\":1}").fail(504, "upstream_timeout", null, true));

        HttpResponse<String> response = rig.stream("m");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("data: {\"c\":1}\n\ndata: {\"error\":{")
                .contains("\"code\":\"upstream_timeout\"")
                .endsWith("}\n\n")
                .doesNotContain("[DONE]");
    }

    @Test
    void before_the_first_chunk_a_later_attempt_replaces_an_earlier_one() throws Exception {
        rig.other.when(
                "m",
                script ->
                        script.as(0, 7, 1)
                                .chunk("{\"old\":1", true)
                                .as(1, 3, 1)
                                .chunk("{\"new\":1}")
                                .end());

        assertThat(rig.stream("m").body()).isEqualTo("data: {\"new\":1}\n\ndata: [DONE]\n\n");
    }

    @Test
    void after_the_first_chunk_no_other_attempt_is_shown() throws Exception {
        rig.other.when(
                "m",
                script -> replaced(script).end().as(0, 7, 1).at(1).chunk("{\"first\":2}").end());

        assertThat(rig.stream("m").body())
                .isEqualTo("data: {\"first\":1}\n\ndata: {\"first\":2}\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_client_that_takes_resets_sees_the_replacing_attempt_from_its_beginning()
            throws Exception {
        rig.other.when("m", script -> replaced(script).end());

        assertThat(rig.post(Rig.CHAT, Rig.chatBody("m", true), "x-millrace-resets", "true").body())
                .isEqualTo(
                        "data: {\"first\":1}\n\n"
                                + "event: reset\ndata: {\"object\":\"stream.reset\"}\n\n"
                                + "data: {\"second\":1}\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_stream_whose_worker_was_replaced_and_stays_silent_breaks() throws Exception {
        rig.other.when("m", StreamingTest::replaced);

        assertThat(rig.stream("m").body())
                .startsWith("data: {\"first\":1}\n\n")
                .contains("stream_reset")
                .doesNotContain("second");
        assertThat(rig.other.nextCancellation().getReason()).isEqualTo("answer_broken");
    }

    @Test
    void a_missing_chunk_breaks_the_stream() throws Exception {
        rig.other.when("m", script -> script.chunk("{\"c\":1}").at(2).chunk("{\"c\":3}").end());

        assertThat(rig.stream("m").body())
                .startsWith("data: {\"c\":1}\n\ndata: {\"error\":{")
                .doesNotContain("{\"c\":3}")
                .doesNotContain("[DONE]");
        assertThat(rig.other.nextCancellation().getReason()).isEqualTo("answer_broken");
    }

    @Test
    void a_chunk_that_came_twice_is_sent_once() throws Exception {
        rig.other.when(
                "m",
                script ->
                        script.chunk("{\"c\":1}")
                                .at(0)
                                .chunk("{\"c\":1}")
                                .chunk("{\"c\":2}")
                                .end());

        assertThat(rig.stream("m").body())
                .isEqualTo("data: {\"c\":1}\n\ndata: {\"c\":2}\n\ndata: [DONE]\n\n");
    }

    @Test
    void the_deadline_ends_a_stream_with_an_error_event() throws Exception {
        rig.other.when("m", script -> script.chunk("{\"c\":1}"));

        HttpResponse<String> response =
                rig.post(Rig.CHAT, Rig.chatBody("m", true), "x-millrace-deadline-ms", "400");

        assertThat(response.body()).contains("data: {\"c\":1}").contains("deadline_exceeded");
        assertThat(rig.other.nextCancellation().getReason()).isEqualTo("deadline");
    }

    @Test
    void a_stream_without_chunks_is_done_at_once() throws Exception {
        rig.other.when("m", Script::end);

        assertThat(rig.stream("m").body()).isEqualTo("data: [DONE]\n\n");
    }

    /// An attempt that has shown a chunk, and one after it that has too.
    private static Script replaced(Script script) {
        return script.as(0, 7, 1).chunk("{\"first\":1}").as(0, 9, 1).chunk("{\"second\":1}");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
