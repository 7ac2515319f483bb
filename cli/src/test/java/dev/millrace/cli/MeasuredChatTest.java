package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.cli.compare.Outcome;
import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Failed;
import dev.millrace.cli.compare.Outcome.Pace;
import dev.millrace.cli.compare.Outcome.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MeasuredChatTest {

    private static final String PATH = "/v1/chat/completions";
    private static final String EVENTS = "text/event-stream";

    @AutoClose private final FakeGateway gateway = FakeGateway.start();

    @Test
    void the_first_token_is_the_first_piece_of_text() throws Exception {
        gateway.answer(PATH, 200, EVENTS, FakeGateway.golden("chat-stream.sse"));

        assertThat(ask())
                .isEqualTo(
                        new Answered(
                                "A channel that drives a mill.",
                                "stop",
                                "openai/gpt-4o-mini",
                                0,
                                new Pace(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, false),
                                new Usage(12, 7, 0, new BigDecimal("0.000012300"), "")));
    }

    @Test
    void reasoning_that_is_shown_has_the_first_token() throws Exception {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                """
                data: {"choices":[{"delta":{"reasoning_content":"Hm"}}]}

                data: {"choices":[{"delta":{"content":"4"}}]}

                data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":9,\
                "completion_tokens_details":{"reasoning_tokens":8}}}

                data: [DONE]

                """);

        Answered answered = (Answered) ask();

        assertThat(answered.text()).isEqualTo("4");
        assertThat(answered.pace().reasoningShown()).isTrue();
        assertThat(answered.pace().pieces()).isEqualTo(2);
        assertThat(answered.usage()).isEqualTo(new Usage(5, 9, 8, null, ""));
    }

    @Test
    void a_tool_call_is_an_answer_without_text() throws Exception {
        gateway.answer(
                PATH,
                200,
                EVENTS,
                """
                data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a"}]}}]}

                data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """);

        Answered answered = (Answered) ask();

        assertThat(answered.text()).isEmpty();
        assertThat(answered.pace().firstToken()).isEqualTo(Duration.ofSeconds(1));
        assertThat(answered.usage()).isNull();
    }

    @Test
    void a_failure_has_the_apis_word_for_it_on_one_line() throws Exception {
        gateway.answer(
                PATH,
                429,
                "application/json",
                "{\"error\":{\"message\":\"No.\",\"code\":\"rate\\nlimited\"}}");

        assertThat(ask()).isEqualTo(new Failed("rate limited", Duration.ofSeconds(1)));
    }

    @Test
    void a_gateway_that_is_gone_is_a_failure_too() throws Exception {
        gateway.close();

        assertThat(ask()).isEqualTo(new Failed("unreachable", Duration.ofSeconds(1)));
    }

    @Test
    void calls_share_a_connection_which_is_not_measured_with_each() throws Exception {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        gateway.handle(
                PATH,
                exchange -> {
                    ports.add(exchange.getRemoteAddress().getPort());
                    exchange.getResponseHeaders().set("Content-Type", EVENTS);
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody()
                            .write(FakeGateway.golden("chat-stream.sse").getBytes(UTF_8));
                    exchange.close();
                });

        try (Gateway api = new Gateway(URI.create(gateway.url()), null)) {
            MeasuredChat chat = new MeasuredChat(api, System::nanoTime);
            for (int i = 0; i < 5; i++) {
                assertThat(chat.call(Json.MAPPER.createObjectNode())).isInstanceOf(Answered.class);
            }
        }

        assertThat(ports).hasSize(1);
    }

    @Test
    @Timeout(60)
    void a_body_that_stays_open_after_the_last_chunk_is_left() throws Exception {
        gateway.handle(PATH, MeasuredChatTest::answerWithoutEnd);

        assertThat(ask(Duration.ofMillis(1))).isInstanceOf(Answered.class);
        assertThat(ask(Duration.ofMillis(1))).isInstanceOf(Answered.class);
    }

    @Test
    @Timeout(60)
    void a_body_that_goes_on_after_the_last_chunk_is_left() throws Exception {
        gateway.handle(
                PATH,
                exchange -> {
                    OutputStream body = answerWithoutEnd(exchange);
                    byte[] comments = ": still here\n\n".repeat(1000).getBytes(UTF_8);
                    while (true) { // Until the client has gone.
                        body.write(comments);
                    }
                });

        assertThat(ask(Duration.ofDays(1))).isInstanceOf(Answered.class);
    }

    private static OutputStream answerWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", EVENTS);
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        body.write(FakeGateway.golden("chat-stream.sse").getBytes(UTF_8));
        body.flush();
        return body;
    }

    private Outcome ask() throws InterruptedException {
        return ask(Duration.ofDays(1));
    }

    /// Asks with a clock that goes on by a second whenever it is read.
    private Outcome ask(Duration patience) throws InterruptedException {
        AtomicLong now = new AtomicLong();
        try (Gateway api = new Gateway(URI.create(gateway.url()), null)) {
            return new MeasuredChat(api, () -> now.addAndGet(1_000_000_000), patience)
                    .call(Json.MAPPER.createObjectNode());
        }
    }
}
