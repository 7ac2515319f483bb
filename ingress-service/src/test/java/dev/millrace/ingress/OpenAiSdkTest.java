package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The official OpenAI SDK for Java, with nothing changed but the address and the key.
class OpenAiSdkTest {

    private static final String TENANTS =
            """
            tenants:
              - id: acme
                keys: [ { id: ci, sha256: "%s" } ]
                models: [m, acme-large, "acme-cloud/acme-large", throttled, broken, unknown]
            """
                    .formatted(TenantsTest.sha256("the-key"));

    private static Rig rig;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start(TENANTS, settings -> settings);
        client = client("the-key");
    }

    @AfterAll
    static void stop() {
        client.close();
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.other.forget();
    }

    @Test
    void chat() {
        rig.other.when(
                "m",
                script ->
                        script.complete(
                                """
                                {"id":"c-1","object":"chat.completion","created":1,"model":"acme-large",
                                 "choices":[{"index":0,"finish_reason":"stop","logprobs":null,
                                   "message":{"role":"assistant","content":"hello","refusal":null}}],
                                 "usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}
                                """));

        ChatCompletion completion = client.chat().completions().create(chatParams("m"));

        assertThat(completion.choices().getFirst().message().content()).hasValue("hello");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(8);
    }

    @Test
    void streaming_with_usage() {
        String chunk =
                """
                {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"acme-large",\
                "choices":[{"index":0,"finish_reason":null,"delta":{"content":"%s"}}],\
                "usage":null}\
                """;
        rig.other.when(
                "m",
                script ->
                        script.chunk(chunk.formatted("hel"))
                                .chunk(chunk.formatted("lo"))
                                .chunk(
                                        """
                                        {"id":"c-1","object":"chat.completion.chunk","created":1,\
                                        "model":"acme-large","choices":[],"usage":{"prompt_tokens":3,\
                                        "completion_tokens":2,"total_tokens":5}}\
                                        """)
                                .end());
        StringBuilder text = new StringBuilder();
        List<Long> totals = new ArrayList<>();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat()
                        .completions()
                        .createStreaming(
                                chatParams("m").toBuilder()
                                        .streamOptions(
                                                ChatCompletionStreamOptions.builder()
                                                        .includeUsage(true)
                                                        .build())
                                        .build())) {
            stream.stream()
                    .forEach(part -> {
                        part.choices()
                                .forEach(
                                        choice -> choice.delta().content().ifPresent(text::append));
                        part.usage().ifPresent(usage -> totals.add(usage.totalTokens()));
                    });
        }

        assertThat(text).hasToString("hello");
        assertThat(totals).containsExactly(5L);
    }

    @Test
    void embeddings() {
        rig.other.when(
                "m",
                script ->
                        script.complete(
                                """
                                {"object":"list","model":"m","data":[{"object":"embedding","index":0,
                                 "embedding":[0.5,-0.25]}],"usage":{"prompt_tokens":1,"total_tokens":1}}
                                """));

        CreateEmbeddingResponse response =
                client.embeddings()
                        .create(EmbeddingCreateParams.builder().model("m").input("hi").build());

        assertThat(response.data().getFirst().embedding()).containsExactly(0.5f, -0.25f);
    }

    @Test
    void models() {
        List<String> ids = client.models().list().data().stream().map(Model::id).toList();

        assertThat(ids).containsExactly("acme-cloud/acme-large", "acme-large");
        assertThat(client.models().retrieve("acme-cloud/acme-large").ownedBy())
                .isEqualTo("acme-cloud");
        assertThatThrownBy(() -> client.models().retrieve("unknown"))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void error_classes() {
        rig.other.when("unknown", script -> script.fail(404, "model_not_found", null, false));
        rig.other.when("throttled", script -> script.fail(429, "rate_limit_exceeded", 1L, false));
        rig.other.when("broken", script -> script.fail(502, "upstream_error", null, false));

        assertThatThrownBy(() -> client.chat().completions().create(chatParams("unknown")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.chat().completions().create(chatParams("throttled")))
                .isInstanceOf(RateLimitException.class);
        assertThatThrownBy(() -> client.chat().completions().create(chatParams("broken")))
                .isInstanceOf(InternalServerException.class)
                .extracting(e -> ((OpenAIServiceException) e).code().orElse(""))
                .isEqualTo("upstream_error");
        assertThatThrownBy(() -> client.chat().completions().create(chatParams("forbidden")))
                .isInstanceOf(PermissionDeniedException.class);
        assertThatThrownBy(() -> client.chat().completions().create(chatParams("")))
                .isInstanceOf(BadRequestException.class);
        OpenAIClient stranger = client("another-key");
        assertThatThrownBy(() -> stranger.chat().completions().create(chatParams("m")))
                .isInstanceOf(UnauthorizedException.class);
        stranger.close();
        assertThat(rig.other.requests).as("not retried").hasSize(3);
    }

    /// A request without a key is a plain one: its client's disconnect ends it.
    @Test
    void the_sdk_sends_no_idempotency_key_by_itself() throws Exception {
        BlockingQueue<Set<String>> headers = new LinkedBlockingQueue<>();
        HttpServer server = recorder(headers);
        OpenAIClient recorded =
                OpenAIOkHttpClient.builder()
                        .baseUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
                        .apiKey("the-key")
                        .build();
        assertThatThrownBy(() -> recorded.chat().completions().create(chatParams("m")))
                .isInstanceOf(OpenAIServiceException.class);
        recorded.close();
        server.stop(0);

        assertThat(headers.take())
                .contains("Authorization")
                .doesNotContain("Idempotency-key", "Prefer");
    }

    private static HttpServer recorder(BlockingQueue<Set<String>> headers) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    headers.add(Set.copyOf(exchange.getRequestHeaders().keySet()));
                    exchange.sendResponseHeaders(400, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static ChatCompletionCreateParams chatParams(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("hi").build();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + rig.ingress.port() + "/v1")
                .apiKey(key)
                .build();
    }
}
