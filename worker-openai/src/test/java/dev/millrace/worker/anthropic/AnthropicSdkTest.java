package dev.millrace.worker.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import dev.millrace.worker.contract.GoldenCase;
import dev.millrace.worker.contract.ScriptedUpstream;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Anthropic's own SDK reads what the goldens say that Anthropic answers: they are faithful.
class AnthropicSdkTest {
    private static final MessageCreateParams ASKED =
            MessageCreateParams.builder()
                    .model("claude-sonnet-4-5")
                    .maxTokens(64)
                    .addUserMessage("x")
                    .build();

    private ScriptedUpstream upstream;
    private AnthropicClient client;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        String url = upstream.baseUrl().toString();
        client =
                AnthropicOkHttpClient.builder()
                        .baseUrl(url.substring(0, url.length() - "/v1".length()))
                        .apiKey("k")
                        .maxRetries(0)
                        .responseValidation(true)
                        .build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        upstream.close();
    }

    @Test
    void every_answer_is_one_to_the_sdk() {
        for (GoldenCase golden : GoldenCase.of("anthropic")) {
            if (!golden.streamed()) {
                upstream.thenAnswer(200, golden.upstream());

                Message message = client.messages().create(ASKED);

                message.validate();
                assertThat(message.usage().outputTokens())
                        .as(golden.name())
                        .isEqualTo(golden.usage().output() + golden.usage().reasoning());
                assertThat(message.usage().inputTokens()).isEqualTo(golden.usage().input());
                boolean calls = message.content().stream().anyMatch(ContentBlock::isToolUse);
                assertThat(calls).isEqualTo("tool_calls".equals(golden.finishReason()));
            }
        }
    }

    @Test
    void every_stream_is_one_to_the_sdk() {
        for (GoldenCase golden : GoldenCase.of("anthropic")) {
            if (golden.streamed()) {
                upstream.thenStream(golden.upstream() + "\n\n");
                MessageAccumulator whole = MessageAccumulator.create();

                try (StreamResponse<RawMessageStreamEvent> events =
                        client.messages().createStreaming(ASKED)) {
                    events.stream()
                            .peek(RawMessageStreamEvent::validate)
                            .forEach(whole::accumulate);
                }

                Message message = whole.message();
                assertThat(message.usage().outputTokens())
                        .as(golden.name())
                        .isEqualTo(golden.usage().output() + golden.usage().reasoning());
                assertThat(message.stopReason().orElseThrow() == StopReason.TOOL_USE)
                        .isEqualTo("tool_calls".equals(golden.finishReason()));
            }
        }
    }

    @Test
    void every_error_is_one_to_the_sdk() {
        for (JsonNode error : GoldenCase.errors("anthropic")) {
            int status = error.path("status").asInt();
            upstream.thenAnswer(status, error.path("body").toString());

            assertThatThrownBy(() -> client.messages().create(ASKED))
                    .isInstanceOfSatisfying(
                            AnthropicServiceException.class,
                            told -> {
                                assertThat(told.statusCode()).isEqualTo(status);
                                assertThat(told.errorType())
                                        .as(error.path("name").asString())
                                        .isPresent();
                            });
        }
    }
}
