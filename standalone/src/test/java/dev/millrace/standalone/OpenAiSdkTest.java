package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The official OpenAI SDK against `millrace up`, with nothing changed but its base URL and key.
@ResourceLock(SharedMillrace.LOCK)
class OpenAiSdkTest {

    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(SharedMillrace.running().url("/v1").toString())
                        .apiKey("any")
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @Test
    void a_chat_completion_is_answered() {
        ChatCompletion completion =
                client.chat().completions().create(question("What is a log?").build());

        assertThat(completion.choices()).hasSize(1);
        assertThat(completion.choices().getFirst().message().content().orElseThrow())
                .containsIgnoringCase("simulated");
        assertThat(completion.usage().orElseThrow().completionTokens()).isPositive();
    }

    @Test
    void a_stream_arrives_chunk_by_chunk_with_its_usage_at_the_end() {
        ChatCompletionCreateParams params =
                question("Tell me about partitions.")
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();

            assertThat(chunks).hasSizeGreaterThan(3);
            assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isPositive();
            assertThat(chunks.getLast().choices()).isEmpty();
            assertThat(chunks.stream().filter(chunk -> chunk.usage().isPresent())).hasSize(1);
        }
    }

    @Test
    void a_stream_without_the_option_has_no_usage() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(question("Hello").build())) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();

            assertThat(chunks)
                    .isNotEmpty()
                    .allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
        }
    }

    @Test
    void embeddings_come_one_for_each_input() {
        CreateEmbeddingResponse response =
                client.embeddings()
                        .create(
                                EmbeddingCreateParams.builder()
                                        .model("text-embedding-3-small")
                                        .inputOfArrayOfStrings(List.of("one", "two"))
                                        .dimensions(8)
                                        .build());

        assertThat(response.data()).hasSize(2);
        assertThat(response.data().getFirst().embedding()).hasSize(8);
        assertThat(response.usage().promptTokens()).isPositive();
    }

    @Test
    void the_models_are_listed_and_found() {
        List<Model> models = client.models().list().data();

        assertThat(models).isNotEmpty();
        assertThat(client.models().retrieve(models.getFirst().id()).id())
                .isEqualTo(models.getFirst().id());
    }

    @Test
    void a_bad_request_is_the_sdks_own_error_class() {
        assertThatThrownBy(() ->
                        client.chat()
                                .completions()
                                .create(
                                        ChatCompletionCreateParams.builder()
                                                .model("any")
                                                .messages(List.of())
                                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("messages");
    }

    private static ChatCompletionCreateParams.Builder question(String text) {
        return ChatCompletionCreateParams.builder().model("assistant").addUserMessage(text);
    }
}
