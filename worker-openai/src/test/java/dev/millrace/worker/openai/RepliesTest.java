package dev.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.millrace.worker.contract.GoldenCase;
import dev.millrace.worker.contract.ScriptedUpstream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenAI's own SDK reads what clients get from every dialect, as the goldens have it.
class RepliesTest {
    private static final ChatCompletionCreateParams ASKED =
            ChatCompletionCreateParams.builder().model("m").addUserMessage("x").build();

    private ScriptedUpstream upstream;
    private OpenAIClient client;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(upstream.baseUrl().toString())
                        .apiKey("k")
                        .maxRetries(0)
                        .build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "azure-openai",
                "anthropic",
                "gemini",
                "vertex-google",
                "vertex-anthropic",
                "cohere"
            })
    void every_reply_is_one_to_the_sdk(String dialect) {
        for (GoldenCase golden : GoldenCase.of(dialect)) {
            if (golden.embedding()) {
                embeddings(golden);
            } else {
                ChatCompletion answer = golden.streamed() ? streamed(golden) : whole(golden);

                answer.choices()
                        .forEach(choice ->
                                assertThat(choice.finishReason().asString())
                                        .as(golden.folder().toString())
                                        .isEqualTo(golden.finishReason()));
                assertThat(answer.choices()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini", "vertex-google", "cohere"})
    void log_probabilities_are_read_by_the_sdk(String dialect) {
        for (GoldenCase golden : GoldenCase.of(dialect)) {
            if (golden.name().endsWith("logprobs")) {
                ChatCompletion answer = golden.streamed() ? streamed(golden) : whole(golden);

                List<ChatCompletionTokenLogprob> tokens =
                        answer.choices()
                                .getFirst()
                                .logprobs()
                                .flatMap(ChatCompletion.Choice.Logprobs::content)
                                .orElseThrow();
                assertThat(tokens.stream().map(ChatCompletionTokenLogprob::token))
                        .as(golden.folder().toString())
                        .startsWith("Gr", "üße", " vom", " Bach");
                assertThat(tokens.get(1).bytes().orElseThrow())
                        .containsExactly(0xc3L, 0xbcL, 0xc3L, 0x9fL, 0x65L);
                assertThat(tokens.get(2).logprob()).isEqualTo(-1.5);
            }
        }
    }

    @Test
    void the_likeliest_tokens_are_read_by_the_sdk() {
        GoldenCase golden =
                GoldenCase.of("gemini").stream()
                        .filter(one -> one.name().equals("logprobs"))
                        .findFirst()
                        .orElseThrow();

        assertThat(
                        whole(golden)
                                .choices()
                                .getFirst()
                                .logprobs()
                                .orElseThrow()
                                .content()
                                .orElseThrow()
                                .get(2)
                                .topLogprobs()
                                .stream()
                                .map(likely -> likely.token() + " " + likely.logprob()))
                .containsExactly(" aus -0.75", " vom -1.5");
    }

    private ChatCompletion whole(GoldenCase golden) {
        upstream.thenAnswer(200, golden.reply());
        ChatCompletion answer = client.chat().completions().create(ASKED);
        long output = golden.usage().output() + golden.usage().reasoning();
        assertThat(answer.usage().orElseThrow().completionTokens())
                .as(golden.folder().toString())
                .isEqualTo(output + golden.usage().details().audioOutput());
        return answer;
    }

    private ChatCompletion streamed(GoldenCase golden) {
        upstream.thenStream(
                golden.reply()
                        .lines()
                        .map(chunk -> "data: " + chunk + "\n\n")
                        .collect(Collectors.joining("", "", "data: [DONE]\n\n")));
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(ASKED)) {
            chunks.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    private void embeddings(GoldenCase golden) {
        upstream.thenAnswer(200, golden.reply());
        CreateEmbeddingResponse answer =
                client.embeddings()
                        .create(EmbeddingCreateParams.builder().model("m").input("x").build());
        assertThat(answer.data()).isNotEmpty();
        assertThat(answer.usage().promptTokens()).isEqualTo(golden.usage().input());
    }
}
