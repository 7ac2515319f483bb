package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatCommandTest {

    private static final String PATH = "/v1/chat/completions";
    private static final String EVENTS = "text/event-stream";

    @AutoClose private final FakeGateway gateway = FakeGateway.start();

    @Test
    void the_answer_is_printed_and_nothing_else() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "What is", "a millrace?");

        assertThat(ran).isEqualTo(new Shell.Ran(0, "A channel that drives a mill.\n", ""));
        JsonNode body = Json.MAPPER.readTree(gateway.only().body());
        assertThat(body.has("model")).isFalse();
        assertThat(body.at("/messages/0/role").stringValue()).isEqualTo("user");
        assertThat(body.at("/messages/0/content").stringValue()).isEqualTo("What is a millrace?");
        assertThat(body.at("/stream").asBoolean()).isTrue();
        assertThat(body.at("/stream_options/include_usage").asBoolean()).isTrue();
    }

    @Test
    void the_first_text_shows_before_the_answer_is_complete() throws Exception {
        // Given a gateway that holds the second half back
        String[] halves = FakeGateway.golden("chat-stream.sse").split("(?=: keep-alive)", 2);
        CountDownLatch rest = new CountDownLatch(1);
        gateway.handle(
                PATH,
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", EVENTS);
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    String first = halves[0].replace("\"content\":\"\"", "\"content\":\"Well: \"");
                    body.write(first.getBytes(UTF_8));
                    body.flush();
                    awaitQuietly(rest);
                    body.write(halves[1].getBytes(UTF_8));
                    exchange.close();
                });
        Shell shell = Shell.talkingTo(gateway);

        // When the question is asked
        CompletableFuture<Shell.Ran> ran =
                CompletableFuture.supplyAsync(() -> shell.run("chat", "What is a millrace?"));

        // Then the first half is there while the second is not
        await().until(() -> shell.outSoFar().equals("Well: "));
        rest.countDown();
        assertThat(ran.get(30, TimeUnit.SECONDS).out())
                .isEqualTo("Well: A channel that drives a mill.\n");
    }

    @Test
    void the_options_travel_in_the_request() throws Exception {
        gateway.answer(PATH, 200, "application/json", FakeGateway.golden("chat.json"));

        Shell.Ran ran =
                Shell.talkingTo(gateway)
                        .with("MILLRACE_API_KEY", "key-1")
                        .run(
                                "chat",
                                "-m",
                                "assistant",
                                "-s",
                                "Be brief.",
                                "--max-tokens=9",
                                "--no-stream",
                                "Hi");

        assertThat(ran.out()).isEqualTo("A channel that drives a mill.\n");
        assertThat(gateway.only().header("Authorization")).isEqualTo("Bearer key-1");
        assertThat(gateway.only().body())
                .isEqualTo(
                        "{\"model\":\"assistant\",\"messages\":[{\"role\":\"system\",\"content\":\"Be"
                                + " brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":9}");
    }

    @Test
    void the_prompt_may_come_from_the_standard_input() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        Shell.Ran ran = Shell.talkingTo(gateway).piping("Müßige Frage?\n").run("chat");

        assertThat(ran.exitCode()).isZero();
        JsonNode body = Json.MAPPER.readTree(gateway.only().body());
        assertThat(body.at("/messages/0/content").stringValue()).isEqualTo("Müßige Frage?\n");
    }

    @Test
    void a_hyphen_reads_the_standard_input_on_a_terminal_too() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        Shell.Ran ran = Shell.talkingTo(gateway).onTerminal().piping("Hi").run("chat", "-");

        assertThat(ran.exitCode()).isZero();
        assertThat(gateway.only().body()).contains("\"content\":\"Hi\"");
    }

    @Test
    void a_terminal_without_a_prompt_gets_a_hint_instead_of_silence() {
        Shell.Ran ran = Shell.talkingTo(gateway).with("NO_COLOR", "1").onTerminal().run("chat");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo(
                        "millrace: what shall the model be asked? Give a prompt\n"
                                + "Try 'millrace chat --help'.\n");
    }

    @Test
    void a_terminal_gets_a_line_about_usage() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        Shell.Ran ran =
                Shell.talkingTo(gateway).with("NO_COLOR", "1").onTerminal().run("chat", "Hi");

        assertThat(ran.err())
                .isEqualTo(
                        "12 prompt + 7 completion tokens, cost 0.0000123, openai/gpt-4o-mini,"
                                + " first text after 0.00 s, 0.00 s in all\n");
    }

    @Test
    void an_unknown_price_is_not_0() throws Exception {
        gateway.answer(PATH, 200, "application/json", FakeGateway.golden("chat.json"));

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "--usage", "--no-stream", "Hi");

        assertThat(ran.err())
                .isEqualTo(
                        "12 prompt + 7 completion tokens, unpriced, openai/gpt-4o-mini,"
                                + " 0.00 s in all\n");
    }

    @Test
    void quiet_and_no_usage_leave_the_line_out() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        assertThat(Shell.talkingTo(gateway).onTerminal().run("chat", "--quiet", "Hi").err())
                .isEmpty();
        assertThat(Shell.talkingTo(gateway).onTerminal().run("chat", "--no-usage", "Hi").err())
                .isEmpty();
    }

    @Test
    void json_prints_a_chunk_a_line() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "--json", "Hi");

        assertThat(ran.out().lines())
                .hasSize(5)
                .allSatisfy(line -> assertThat(Json.object(line)).isPresent());
    }

    @Test
    void a_terminal_is_given_no_orders_by_a_model() {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                """
                data: {"choices":[{"index":0,"delta":{"content":"a\\u001b[31mb\\u0007\\tc\\nd"}}]}

                data: [DONE]

                """);

        assertThat(Shell.talkingTo(gateway).onTerminal().run("chat", "-q", "Hi").out())
                .isEqualTo("a[31mb\tc\nd\n");
        assertThat(Shell.talkingTo(gateway).run("chat", "Hi").out())
                .isEqualTo("a\u001b[31mb\u0007\tc\nd\n");
    }

    @Test
    void an_error_of_the_api_is_one_line_with_code_and_request() {
        gateway.answer(
                PATH,
                404,
                "application/json",
                """
                {"error":{"message":"The model 'x' does not exist.","type":"invalid_request_error",
                "param":"model","code":"model_not_found"},"request_id":"req-7"}\
                """);

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "--model", "x", "Hi");

        assertThat(ran)
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "",
                                "millrace: The model 'x' does not exist. (model_not_found, request"
                                        + " req-7)\n"));
    }

    @Test
    void an_error_within_the_stream_ends_the_line_and_fails() {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                """
                data: {"choices":[{"index":0,"delta":{"content":"Well"}}]}

                data: {"error":{"message":"The provider went away.","code":"upstream_error"}}

                """);

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "Hi");

        assertThat(ran)
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "Well\n",
                                "millrace: The provider went away. (upstream_error, request"
                                        + " req-from-header)\n"));
    }

    @Test
    void a_stream_that_breaks_off_is_a_failure() {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Well\"}}]}\n\n");

        Shell.Ran ran = Shell.talkingTo(gateway).run("chat", "Hi");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("millrace: the answer broke off before its end\n");
    }

    @Test
    void an_answer_that_was_cut_off_says_so() {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                """
                data: {"choices":[{"index":0,"delta":{"content":"Well"},"finish_reason":"length"}]}

                data: [DONE]

                """);

        assertThat(Shell.talkingTo(gateway).run("chat", "Hi").err())
                .isEqualTo("cut off: the answer reached its limit of tokens\n");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
