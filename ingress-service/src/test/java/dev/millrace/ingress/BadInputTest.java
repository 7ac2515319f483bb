package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.http.IngressServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BadInputTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig =
                Rig.start(
                        "",
                        settings ->
                                settings.withConnections(
                                        new IngressServer.Limits(
                                                16 * 1024,
                                                Duration.ofMillis(400),
                                                Duration.ofMillis(800),
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(10))));
        rig.other.when("m", script -> script.complete("{}"));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"model":                                   | invalid_json               |
                    [1]                                         | invalid_json               |
                    {"model":"m","messages":[{}]} x             | invalid_json               |
                    {"model":7,"messages":[{}]}                 | invalid_type               | model
                    {"model":"","messages":[{}]}                | invalid_value              | model
                    {"messages":[{}]}                           | missing_required_parameter | model
                    {"model":"m"}                               | missing_required_parameter | messages
                    {"model":"m","messages":[]}                 | empty_array                | messages
                    {"model":"m","messages":"hi"}               | invalid_type               | messages
                    {"model":"m","messages":[{},"hi"]}          | invalid_type               | messages[1]
                    {"model":"m","messages":[{}],"stream":"yes"} | invalid_type              | stream
                    {"model":"m","messages":[{}],"n":0}         | invalid_value              | n
                    {"model":"m","messages":[{}],"n":1.5}       | invalid_type               | n
                    {"model":"m","messages":[{}],"max_tokens":"9"} | invalid_type            | max_tokens
                    {"model":"m","model":"x","messages":[{}]}   | duplicate_parameter        | model
                    """)
    void a_chat_body_that_is_wrong_is_named(String body, String code, @Nullable String param)
            throws Exception {
        assertRefused(rig.post(Rig.CHAT, body), 400, code, param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"model":"m"}                               | missing_required_parameter | input
                    {"model":"m","input":""}                    | empty_array                | input
                    {"model":"m","input":[]}                    | empty_array                | input
                    {"model":"m","input":5}                     | invalid_type               | input
                    {"model":"m","input":["a",1]}               | invalid_type               | input[1]
                    {"model":"m","input":[[1],[]]}              | empty_array                | input[1]
                    {"model":"m","input":[["a"]]}               | invalid_type               | input[0][0]
                    {"model":"m","input":[{}]}                  | invalid_type               | input[0]
                    {"model":"m","input":"a","dimensions":"9"}  | invalid_type               | dimensions
                    """)
    void an_embedding_body_that_is_wrong_is_named(String body, String code, String param)
            throws Exception {
        assertRefused(rig.post("/v1/embeddings", body), 400, code, param);
    }

    @Test
    void invalid_json_is_located_and_not_quoted() throws Exception {
        HttpResponse<String> response = rig.post(Rig.CHAT, "{\"model\": \"m\",\n  secret: 1}");

        assertThat(response.body()).contains("line 2, column").doesNotContain("secret");
    }

    @Test
    void json_nested_without_end_is_refused() throws Exception {
        String deep = "{\"model\":\"m\",\"messages\":" + "[".repeat(100_000);

        assertRefused(rig.post(Rig.CHAT, deep), 400, null, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    x-millrace-deadline-ms | soon        | invalid_deadline | x-millrace-deadline-ms
                    x-millrace-deadline-ms | -5          | invalid_deadline | x-millrace-deadline-ms
                    x-millrace-deadline-ms | 99999999999 | invalid_deadline | x-millrace-deadline-ms
                    x-millrace-lane        | fast        | invalid_lane     | x-millrace-lane
                    x-millrace-labels      | team        | invalid_labels   | x-millrace-labels
                    x-millrace-labels      | a=1,a=2     | invalid_labels   | x-millrace-labels
                    idempotency-key        | a b         | invalid_idempotency_key | Idempotency-Key
                    x-millrace-resets      | maybe       | invalid_resets   | x-millrace-resets
                    """)
    void a_header_that_is_wrong_is_named(String header, String value, String code, String param)
            throws Exception {
        assertRefused(rig.chat("m", header, value), 400, code, param);
    }

    @Test
    void a_body_of_20_megabytes_is_too_large() throws Exception {
        String big = "x".repeat(20 * 1024 * 1024);

        HttpResponse<String> response = rig.post(Rig.CHAT, big);

        assertRefused(response, 413, "request_too_large", null);
        assertThat(response.body()).contains("8388608");
    }

    @Test
    void a_chunked_body_of_20_megabytes_is_too_large() throws Exception {
        byte[] big = new byte[20 * 1024 * 1024];
        HttpRequest request =
                rig.request(Rig.CHAT)
                        .POST(
                                BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(big)))
                        .build();

        HttpResponse<String> response = rig.client.send(request, BodyHandlers.ofString());

        assertRefused(response, 413, "request_too_large", null);
        assertThat(rig.chat("m").statusCode()).isEqualTo(200);
    }

    @Test
    void a_body_close_to_the_limit_is_answered() throws Exception {
        String body =
                "{\"model\":\"m\",\"messages\":[{\"content\":\""
                        + "x".repeat(8 * 1024 * 1024 - 100)
                        + "\"}]}";

        assertThat(rig.post(Rig.CHAT, body).statusCode()).isEqualTo(200);
    }

    @Test
    void a_half_sent_body_times_out() throws Exception {
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                            + "content-length: 100\r\n\r\n{\"model\":");

            assertThat(client.readLine()).startsWith("HTTP/1.1 408");
            assertThat(client.readAll()).contains("request_timeout");
        }
    }

    @Test
    void a_half_sent_head_times_out_however_steadily_it_drips() throws Exception {
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send("GET /livez HT").dripUntilAnswered("X", 50);

            assertThat(client.readLine()).startsWith("HTTP/1.1 408");
            assertThat(client.readAll()).contains("request_timeout");
        }
    }

    @Test
    void a_slow_head_that_is_in_time_is_answered() throws Exception {
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send("GET /livez HTTP/1.1\r\n").send("host: x\r\n").send("\r\n");

            assertThat(client.readLine()).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GARBAGE                                  | 400 | bad_request
                    GET /a^b HTTP/1.1                        | 400 | bad_request
                    GET /%zz HTTP/1.1                        | 400 | bad_request
                    """,
            quoteCharacter = '`')
    void what_is_no_http_gets_the_one_form_of_errors(String line, String status, String code)
            throws Exception {
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(line + "\r\nhost: x\r\nconnection: close\r\n\r\n");

            assertThat(client.readLine()).startsWith("HTTP/1.1 " + status);
            assertThat(client.readAll())
                    .contains("{\"error\":{")
                    .contains("\"code\":\"" + code + "\"");
        }
    }

    @Test
    void a_request_line_without_end_is_refused() throws Exception {
        assertRefused(rig.get("/" + "a".repeat(9000)), 414, "uri_too_long", null);
    }

    @Test
    void headers_without_end_are_refused() throws Exception {
        assertRefused(
                rig.get("/livez", "x-big", "a".repeat(20_000)), 431, "headers_too_large", null);
    }

    @Test
    void an_unknown_path_is_not_found() throws Exception {
        assertRefused(rig.get("/v2/nothing"), 404, "not_found", null);
    }

    @Test
    void a_wrong_method_is_told_the_right_one() throws Exception {
        HttpResponse<String> response = rig.get(Rig.CHAT);

        assertRefused(response, 405, "method_not_allowed", null);
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void a_body_that_is_not_json_by_its_own_word_is_refused() throws Exception {
        HttpRequest xml =
                rig.request(Rig.CHAT)
                        .header("content-type", "text/xml")
                        .POST(BodyPublishers.ofString("<a/>"))
                        .build();
        HttpRequest gzip =
                rig.request(Rig.CHAT)
                        .header("content-encoding", "gzip")
                        .POST(BodyPublishers.ofString("xx"))
                        .build();

        assertRefused(
                rig.client.send(xml, BodyHandlers.ofString()), 415, "unsupported_media_type", null);
        assertRefused(
                rig.client.send(gzip, BodyHandlers.ofString()),
                415,
                "unsupported_media_type",
                null);
    }

    @Test
    void requests_ahead_of_their_answers_are_answered_in_order_up_to_a_bound() throws Exception {
        String livez = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(livez + livez + livez);
            for (int answers = 0; answers < 3; ) {
                answers += client.readLine().contains("HTTP/1.1 200") ? 1 : 0;
            }
        }
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("nobody", false)));
            client.send(livez.repeat(100));
            assertThat(client.readAll()).isEmpty();
        }
    }

    private static void assertRefused(
            HttpResponse<String> response,
            int status,
            @Nullable String code,
            @Nullable String param) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        JsonNode body = JSON.readTree(response.body());
        JsonNode error = body.path("error");
        assertThat(error.path("message").asString("")).isNotEmpty();
        assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
        if (code != null) {
            assertThat(error.path("code").stringValue()).isEqualTo(code);
        }
        if (param != null) {
            assertThat(error.path("param").stringValue()).isEqualTo(param);
        }
        assertThat(body.has("request_id")).isTrue();
    }
}
