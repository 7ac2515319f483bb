package dev.millrace.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SimulatedModelServerTest {
    private SimulatedModelServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = SimulatedModelServer.start(SimulatedBehaviour.immediate());
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void a_chat_answer_says_that_it_is_simulated_and_quotes_the_question() throws Exception {
        HttpResponse<String> response =
                post(
                        "/chat/completions",
                        """
                        {"model":"any-name","messages":[
                          {"role":"system","content":"Be brief."},
                          {"role":"user","content":"What is a millrace?"}]}\
                        """);

        JsonNode json = json(response);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        assertThat(json.at("/model").stringValue()).isEqualTo("any-name");
        assertThat(json.at("/choices/0/message/content").stringValue())
                .contains("simulated")
                .contains("What is a millrace?");
        assertThat(json.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(json.at("/usage/total_tokens").asInt())
                .isEqualTo(
                        json.at("/usage/prompt_tokens").asInt()
                                + json.at("/usage/completion_tokens").asInt());
    }

    @Test
    void the_answer_ends_at_the_limit_of_tokens() throws Exception {
        JsonNode json =
                json(
                        post(
                                "/chat/completions",
                                """
                                {"model":"m","max_completion_tokens":3,
                                 "messages":[{"role":"user","content":"Hello"}]}\
                                """));

        assertThat(json.at("/choices/0/message/content").stringValue()).isEqualTo("This is a");
        assertThat(json.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(json.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void the_answer_has_the_length_that_the_behaviour_asks_for() throws Exception {
        server.behave(SimulatedBehaviour.immediate().withOutputTokens(200));

        JsonNode json = json(post("/chat/completions", question("Hello", "")));

        assertThat(json.at("/usage/completion_tokens").asInt()).isEqualTo(200);
    }

    @Test
    void a_stream_carries_the_same_answer_in_chunks_and_ends_with_done() throws Exception {
        String whole =
                json(post("/chat/completions", question("Hello", "")))
                        .at("/choices/0/message/content")
                        .stringValue();

        List<String> events =
                events(post("/chat/completions", question("Hello", ",\"stream\":true")));

        assertThat(events.getLast()).isEqualTo("[DONE]");
        List<JsonNode> chunks = chunks(events);
        assertThat(text(chunks)).isEqualTo(whole);
        assertThat(chunks.getFirst().at("/choices/0/delta/role").stringValue())
                .isEqualTo("assistant");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(chunks).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void a_stream_reports_usage_in_a_last_chunk_without_choices_when_asked() throws Exception {
        List<JsonNode> chunks =
                chunks(
                        events(
                                post(
                                        "/chat/completions",
                                        question(
                                                "Hello",
                                                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))));

        assertThat(chunks.getLast().at("/choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/prompt_tokens").asInt()).isPositive();
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.path("usage").isNull());
    }

    @Test
    void a_required_tool_is_called_with_arguments_that_its_schema_accepts() throws Exception {
        JsonNode json =
                json(
                        post(
                                "/chat/completions",
                                question(
                                        "Weather?",
                                        """
                                        ,"tool_choice":"required","tools":[{"type":"function","function":{
                                          "name":"weather","parameters":{"type":"object","properties":{
                                            "city":{"type":"string"},"unit":{"enum":["c","f"]}}}}}]\
                                        """)));

        assertThat(json.at("/choices/0/finish_reason").stringValue()).isEqualTo("tool_calls");
        assertThat(json.at("/choices/0/message/tool_calls/0/function/name").stringValue())
                .isEqualTo("weather");
        JsonNode arguments =
                Json.MAPPER.readTree(
                        json.at("/choices/0/message/tool_calls/0/function/arguments")
                                .stringValue());
        assertThat(arguments.path("unit").stringValue()).isEqualTo("c");
        assertThat(arguments.path("city").isString()).isTrue();
    }

    @Test
    void a_structured_answer_is_valid_json_of_the_schema() throws Exception {
        JsonNode json =
                json(
                        post(
                                "/chat/completions",
                                question(
                                        "Give me JSON",
                                        """
                                        ,"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":
                                         {"type":"object","properties":{"n":{"type":"integer"},"items":
                                          {"type":"array","items":{"$ref":"#/$defs/item"}}},
                                          "$defs":{"item":{"type":"object","properties":{"ok":{"type":"boolean"}}}}}}}\
                                        """)));

        JsonNode answer = Json.MAPPER.readTree(json.at("/choices/0/message/content").stringValue());
        assertThat(answer.path("n").isIntegralNumber()).isTrue();
        assertThat(answer.at("/items/0/ok").isBoolean()).isTrue();
    }

    @Test
    void embeddings_are_the_same_as_floats_and_as_base64() throws Exception {
        JsonNode floats =
                json(
                        post(
                                "/embeddings",
                                "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"dimensions\":8}"));
        JsonNode base64 =
                json(
                        post(
                                "/embeddings",
                                "{\"model\":\"e\",\"input\":\"a\",\"dimensions\":8,\"encoding_format\":\"base64\"}"));

        assertThat(floats.path("data")).hasSize(2);
        assertThat(floats.at("/data/0/embedding")).hasSize(8);
        assertThat(floats.at("/data/0/embedding")).isNotEqualTo(floats.at("/data/1/embedding"));
        ByteBuffer bytes =
                ByteBuffer.wrap(
                                Base64.getDecoder()
                                        .decode(base64.at("/data/0/embedding").stringValue()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getFloat()).isEqualTo(floats.at("/data/0/embedding/0").floatValue());
    }

    @Test
    void token_arrays_are_embedded_too() throws Exception {
        JsonNode json = json(post("/embeddings", "{\"model\":\"e\",\"input\":[[1,2,3],[4]]}"));

        assertThat(json.path("data")).hasSize(2);
        assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void models_are_listed() throws Exception {
        JsonNode json = json(get("/models"));

        assertThat(json.path("object").stringValue()).isEqualTo("list");
        assertThat(json.path("data"))
                .extracting(entry -> entry.path("id").stringValue())
                .contains("simulated-chat", "*");
        assertThat(get("/models/whatever").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/chat/completions|{oops|",
                "/chat/completions|[]|",
                "/chat/completions|{\"messages\":[]}|model",
                "/chat/completions|{\"model\":7,\"messages\":[]}|model",
                "/chat/completions|{\"model\":\"m\"}|messages",
                "/chat/completions|{\"model\":\"m\",\"messages\":[]}|messages",
                "/chat/completions|{\"model\":\"m\",\"messages\":\"hi\"}|messages",
                "/chat/completions|{\"model\":\"m\",\"messages\":[{\"role\":\"x\"}]}|messages[0].role",
                "/embeddings|{\"model\":\"m\"}|input",
                "/embeddings|{\"model\":\"m\",\"input\":\"a\",\"dimensions\":0}|dimensions",
            })
    void a_bad_request_is_refused_in_openais_form(String path, String body, String param)
            throws Exception {
        HttpResponse<String> response = post(path, body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = json(response).path("error");
        assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(error.path("message").stringValue()).isNotBlank();
        assertThat(error.path("param").stringValue(null)).isEqualTo(param);
    }

    @Test
    void scripted_failures_befall_the_next_calls_and_no_other() throws Exception {
        server.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                2,
                                new SimulatedFailure.Refuse(
                                        429, "rate_limit_exceeded", Duration.ofSeconds(1))));

        HttpResponse<String> first = post("/chat/completions", question("a", ""));
        HttpResponse<String> second = post("/chat/completions", question("a", ""));
        HttpResponse<String> third = post("/chat/completions", question("a", ""));

        assertThat(List.of(first.statusCode(), second.statusCode(), third.statusCode()))
                .containsExactly(429, 429, 200);
        assertThat(first.headers().firstValue("retry-after")).contains("1");
        assertThat(json(first).at("/error/code").stringValue()).isEqualTo("rate_limit_exceeded");
    }

    @Test
    void a_cut_stream_ends_in_the_middle() throws Exception {
        server.behave(
                SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.CutMidStream(3)));

        assertThatThrownBy(() -> post("/chat/completions", question("a", ",\"stream\":true")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_cut_answer_is_half_a_body() {
        server.behave(
                SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.CutMidStream(3)));

        assertThatThrownBy(() -> post("/chat/completions", question("a", "")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void an_error_may_come_with_status_200() throws Exception {
        server.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                new SimulatedFailure.ErrorMidStream(2),
                                new SimulatedFailure.ErrorMidStream(2),
                                new SimulatedFailure.Nonsense(),
                                new SimulatedFailure.OmitUsage()));

        HttpResponse<String> whole = post("/chat/completions", question("a", ""));
        List<String> streamed =
                events(post("/chat/completions", question("a", ",\"stream\":true")));
        HttpResponse<String> nonsense = post("/chat/completions", question("a", ""));
        JsonNode silent = json(post("/chat/completions", question("a", "")));

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(json(whole).has("error")).isTrue();
        assertThat(streamed).hasSize(3);
        assertThat(streamed.getLast()).contains("\"error\"");
        assertThat(nonsense.body()).contains("<html>");
        assertThat(silent.has("usage")).isFalse();
    }

    @Test
    void a_required_key_is_checked() throws Exception {
        server.behave(SimulatedBehaviour.immediate().withRequiredKey("sk-right"));

        HttpResponse<String> refused = get("/models");
        server.behave(SimulatedBehaviour.immediate().withRequiredKey("sk-test"));
        HttpResponse<String> accepted = get("/models");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(accepted.statusCode()).isEqualTo(200);
    }

    @Test
    void calls_are_counted_by_the_marker_of_the_request() throws Exception {
        post("/chat/completions", question("a", ",\"user\":\"job-1\""));
        post("/chat/completions", question("a", ",\"user\":\"job-1\""));
        post("/embeddings", "{\"model\":\"e\",\"input\":\"a\",\"user\":\"job-2\"}");
        get("/models");

        assertThat(server.counts().calls()).isEqualTo(3);
        assertThat(server.counts().byMarker())
                .containsEntry("job-1", 2L)
                .containsEntry("job-2", 1L);
        await().untilAsserted(() -> assertThat(server.counts().inFlight()).isZero());
    }

    @Test
    void a_client_that_leaves_mid_stream_is_noticed() throws Exception {
        server.behave(
                SimulatedBehaviour.immediate().withTokensPerSecond(50).withOutputTokens(10_000));

        HttpResponse<InputStream> response =
                client.send(
                        request("/chat/completions", question("a", ",\"stream\":true")),
                        HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();

        await().untilAsserted(() -> assertThat(server.counts().disconnects()).isEqualTo(1));
        assertThat(server.counts().answered()).isZero();
    }

    @Test
    void closing_ends_a_call_that_hangs() throws Exception {
        server.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        CompletableFuture<HttpResponse<String>> hanging =
                client.sendAsync(
                        request("/chat/completions", question("a", "")),
                        HttpResponse.BodyHandlers.ofString());
        await().untilAsserted(() -> assertThat(server.counts().inFlight()).isEqualTo(1));

        server.close();

        await().until(hanging::isCompletedExceptionally);
    }

    @Test
    void many_connections_are_served_at_once() {
        server.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMillis(300)));

        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            calls.add(
                    client.sendAsync(
                            request("/chat/completions", question("a", "")),
                            HttpResponse.BodyHandlers.ofString()));
        }

        assertThat(calls).allSatisfy(call -> assertThat(call.join().statusCode()).isEqualTo(200));
        assertThat(server.counts().peakInFlight()).isGreaterThan(64);
    }

    private static String question(String text, String members) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + text
                + "\"}]"
                + members
                + "}";
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(server.baseUrl().resolve("/v1" + path))
                .header("content-type", "application/json")
                .header("authorization", "Bearer sk-test")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return client.send(request(path, body), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(server.baseUrl().resolve("/v1" + path))
                        .header("authorization", "Bearer sk-test")
                        .build(),
                HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    private static List<String> events(HttpResponse<String> response) {
        return response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    private static List<JsonNode> chunks(List<String> events) {
        return events.stream()
                .filter(event -> !event.equals("[DONE]"))
                .map(Json.MAPPER::readTree)
                .toList();
    }

    private static String text(List<JsonNode> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asString("")));
        return text.toString();
    }
}
