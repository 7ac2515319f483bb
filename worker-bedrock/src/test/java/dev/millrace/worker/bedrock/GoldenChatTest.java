package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class GoldenChatTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));

    private FakeBedrock bedrock;
    private Attempts attempts;

    @BeforeEach
    void start() throws IOException {
        bedrock = new FakeBedrock();
        attempts = Attempts.at(bedrock.endpoint(), Attempts.PATIENT, NOON);
    }

    @AfterEach
    void stop() {
        attempts.close();
        bedrock.close();
    }

    @ParameterizedTest
    @CsvSource({
        "chat, stop, 1",
        "tools, tool_calls, 0",
        "guardrail, content_filter, 0",
        "thinking, stop, 0"
    })
    void a_request_is_translated_and_so_is_its_answer(String name, String finishReason, long images)
            throws Exception {
        bedrock.thenAnswer(golden(name, "response.json"));
        TokenUsage used = new TokenUsage(10, 4, 2, 7, 0, false);

        Outcome outcome = attempts.whole(golden(name, "client.json"));

        assertThat(bedrock.received().getFirst().path())
                .isEqualTo("/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse");
        assertUpstreamRequest(name);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> {
                            assertThat(new String(Objects.requireNonNull(completed.body()), UTF_8))
                                    .isEqualTo(golden(name, "reply.json").strip());
                            assertThat(completed.finishReason()).isEqualTo(finishReason);
                            assertThat(completed.usage())
                                    .isEqualTo(used.with(used.details().withImages(images)));
                            assertThat(completed.trace().status()).isEqualTo(200);
                            assertThat(completed.trace().requestId()).isEqualTo("bedrock-1");
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "stream, stop",
        "stream-usage, length",
        "stream-tools, tool_calls",
        "stream-guardrail, content_filter"
    })
    void a_stream_becomes_chunks(String name, String finishReason) throws Exception {
        bedrock.thenStream(golden(name, "events.jsonl"));

        Outcome outcome = attempts.streamed(golden(name, "client.json"));

        assertThat(bedrock.received().getFirst().path())
                .isEqualTo("/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse-stream");
        assertUpstreamRequest(name);
        assertThat(attempts.sent()).isEqualTo(golden(name, "reply.jsonl"));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> {
                            assertThat(completed.body()).isNull();
                            assertThat(completed.finishReason()).isEqualTo(finishReason);
                            assertThat(completed.usage())
                                    .isEqualTo(new TokenUsage(10, 4, 2, 7, 0, false));
                            assertThat(completed.trace().requestId()).isEqualTo("bedrock-1");
                        });
    }

    @Test
    void usage_that_is_not_reported_is_estimated_and_says_so() throws Exception {
        bedrock.thenAnswer(
                        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"twelve bytes\"}]}},\"stopReason\":\"end_turn\"}")
                .thenStream(
                        """
                        {"event":"messageStart","body":{"role":"assistant"}}
                        {"event":"contentBlockDelta","body":{"delta":{"text":"twelve bytes"},"contentBlockIndex":0}}
                        {"event":"messageStop","body":{"stopReason":"end_turn"}}
                        """);

        Outcome whole = attempts.whole(Attempts.HELLO);
        Outcome streamed = attempts.streamed(Attempts.HELLO_STREAM);

        assertThat(whole.progress().usage().estimated()).isTrue();
        assertThat(streamed).isInstanceOf(Outcome.Completed.class);
        assertThat(streamed.progress().usage())
                .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, 3));
    }

    @Test
    void what_is_cached_for_an_hour_has_a_price_of_its_own() throws Exception {
        bedrock.thenAnswer(
                """
                {"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",
                 "usage":{"inputTokens":10,"outputTokens":7,"totalTokens":47,"cacheWriteInputTokens":30,
                  "cacheDetails":[{"ttl":"5m","inputTokens":10},{"ttl":"1h","inputTokens":20}]}}
                """);

        TokenUsage usage = attempts.whole(Attempts.HELLO).progress().usage();

        assertThat(usage.cacheWrite()).isEqualTo(10);
        assertThat(usage.details().cacheWriteHour()).isEqualTo(20);
    }

    @Test
    void nonsense_of_the_models_is_malformed_and_charged() throws Exception {
        bedrock.thenAnswer(
                        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[]}},\"stopReason\":\"malformed_tool_use\",\"usage\":{\"inputTokens\":3,\"outputTokens\":1,\"totalTokens\":4}}")
                .thenAnswer("{}")
                .thenAnswer("<html>It works!</html>");

        Outcome nonsense = attempts.whole(Attempts.HELLO);

        assertThat(nonsense).isInstanceOf(Outcome.Malformed.class);
        assertThat(nonsense.progress().usage()).isEqualTo(new TokenUsage(3, 0, 0, 1, 0, false));
        assertThat(attempts.whole(Attempts.HELLO)).isInstanceOf(Outcome.Malformed.class);
        assertThat(attempts.whole(Attempts.HELLO)).isInstanceOf(Outcome.Malformed.class);
    }

    private void assertUpstreamRequest(String name) {
        assertThat(MAPPER.readTree(bedrock.received().getFirst().body()))
                .isEqualTo(MAPPER.readTree(golden(name, "request.json")));
    }

    private static String golden(String name, String file) {
        String path = "/golden/" + name + "/" + file;
        try (InputStream in = GoldenChatTest.class.getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(in, path).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
