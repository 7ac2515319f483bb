package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatCompletionTest {

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start();
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
    void the_answer_is_the_reply_as_it_is() throws Exception {
        String answer = "{\"id\":\"x\",  \"unknown\":[1, 2.50]}";
        rig.other.when("m", script -> script.complete(answer));

        HttpResponse<String> response = rig.chat("m");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    }

    @Test
    void the_headers_tell_how_the_answer_came_to_be() throws Exception {
        rig.other.when("m", script -> script.as(1, 7, 2).complete("{}"));

        HttpResponse<String> response = rig.chat("m");

        InferenceRequest request = rig.other.nextRequest();
        Map<String, String> headers = headers(response);
        assertThat(headers)
                .containsEntry("x-request-id", request.getRequestId().toString())
                .containsEntry("x-millrace-provider", "acme-cloud")
                .containsEntry("x-millrace-model", "acme-large")
                .containsEntry("x-millrace-cost", "0.00000123")
                .containsEntry("x-millrace-cost-currency", "USD")
                .containsEntry("x-millrace-attempts", "3")
                .containsEntry("x-millrace-fallbacks", "1")
                .containsEntry("x-millrace-queue-ms", "4")
                .containsKey("x-millrace-overhead-ms");
        assertThat(request.getRequestId().version()).isEqualTo(7);
    }

    @Test
    void the_record_holds_the_body_as_sent_and_the_terms_of_the_headers() throws Exception {
        String body = "{ \"model\":\"m\",\"messages\":[{\"a\":1}], \"new\": {\"x\": [1.0]} }";
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        rig.other.when("m", script -> script.complete("{}"));

        rig.post(
                Rig.CHAT,
                body,
                "x-millrace-deadline-ms",
                "60000",
                "x-millrace-lane",
                "batch",
                "x-millrace-labels",
                "team=search, cost-centre=47 11",
                "traceparent",
                traceparent);

        InferenceRequest request = rig.other.nextRequest();
        ConsumerRecord<String, byte[]> record = rig.other.records.take();
        assertThat(Script.text(request.getBody())).isEqualTo(body);
        assertThat(request.getTenant()).isEqualTo("default");
        assertThat(record.key()).isEqualTo("default");
        assertThat(request.getKeyId()).isNull();
        assertThat(request.getOperation()).isEqualTo(Operation.CHAT_COMPLETION);
        assertThat(request.getLane()).isEqualTo(Lane.BATCH);
        assertThat(request.getLabels()).isEqualTo(Map.of("team", "search", "cost-centre", "47 11"));
        assertThat(request.getIngressPartition()).isBetween(0, 1);
        assertThat(Duration.between(request.getCreatedAt(), request.getDeadline()))
                .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(60));
        assertThat(
                        new String(
                                record.headers().lastHeader("traceparent").value(),
                                StandardCharsets.US_ASCII))
                .isEqualTo(traceparent);
    }

    @Test
    void the_default_deadline_is_the_configured_one() throws Exception {
        rig.other.when("m", script -> script.complete("{}"));

        rig.chat("m");

        InferenceRequest request = rig.other.nextRequest();
        assertThat(Duration.between(request.getCreatedAt(), request.getDeadline()))
                .isBetween(Duration.ofSeconds(299), Duration.ofSeconds(300));
    }

    @Test
    void a_long_answer_is_joined_from_its_parts() throws Exception {
        String half = "x".repeat(400_000);
        rig.other.when("m", script -> script.part("\"" + half).part(half).complete(half + "\""));

        assertThat(rig.chat("m").body()).isEqualTo("\"" + half + half + half + "\"");
    }

    @Test
    void a_failure_is_an_error_with_its_status_and_when_to_try_again() throws Exception {
        rig.other.when("m", script -> script.fail(429, "rate_limit_exceeded", 1500L, true));

        HttpResponse<String> response = rig.chat("m");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body())
                .contains("\"code\":\"rate_limit_exceeded\"", "\"message\":\"it failed\"")
                .contains(headers(response).get("x-request-id"));
        assertThat(headers(response))
                .containsEntry("retry-after", "2")
                .containsEntry("retry-after-ms", "1500")
                .containsEntry("x-millrace-attempts", "1")
                .doesNotContainKey("x-should-retry");
    }

    @Test
    void a_failure_that_no_retry_can_help_says_so() throws Exception {
        rig.other.when("m", script -> script.fail(503, "no_route", null, false));

        assertThat(headers(rig.chat("m"))).containsEntry("x-should-retry", "false");
    }

    @Test
    void of_two_attempts_the_later_one_is_shown() throws Exception {
        rig.other.when(
                "m",
                script ->
                        script.as(0, 7, 1)
                                .part("{\"old\":")
                                .as(0, 9, 1)
                                .part("{\"new\":")
                                .as(0, 7, 1)
                                .at(1)
                                .complete("1}")
                                .as(0, 9, 1)
                                .at(1)
                                .complete("2}"));

        assertThat(rig.chat("m").body()).isEqualTo("{\"new\":2}");
    }

    @Test
    void a_part_that_came_twice_is_shown_once() throws Exception {
        rig.other.when("m", script -> script.part("[1,").at(0).part("[1,").complete("2]"));

        assertThat(rig.chat("m").body()).isEqualTo("[1,2]");
    }

    @Test
    void a_missing_part_is_an_error_and_cancels_the_request() throws Exception {
        rig.other.when("m", script -> script.part("[1,").at(2).complete("3]"));

        HttpResponse<String> response = rig.chat("m");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("upstream_error");
        assertThat(rig.other.nextCancellation().getTargetId())
                .isEqualTo(headers(response).get("x-request-id"));
    }

    @Test
    void an_undecodable_reply_is_an_error() throws Exception {
        rig.other.when("m", Script::garbage);

        assertThat(rig.chat("m").statusCode()).isEqualTo(502);
    }

    @Test
    void without_an_answer_the_deadline_ends_the_request_and_cancels_it() throws Exception {
        HttpResponse<String> response = rig.chat("nobody", "x-millrace-deadline-ms", "200");

        assertThat(response.statusCode()).isEqualTo(408);
        assertThat(response.body()).contains("deadline_exceeded");
        assertThat(headers(response)).containsEntry("x-should-retry", "false");
        Cancellation cancellation = rig.other.nextCancellation();
        assertThat(cancellation.getTargetId()).isEqualTo(headers(response).get("x-request-id"));
        assertThat(cancellation.getReason()).isEqualTo("deadline");
    }

    @Test
    void embeddings_go_the_same_way() throws Exception {
        rig.other.when("e", script -> script.complete("{\"data\":[]}"));

        HttpResponse<String> response =
                rig.post("/v1/embeddings", "{\"model\":\"e\",\"input\":[[1,2],[3]]}");

        assertThat(response.body()).isEqualTo("{\"data\":[]}");
        assertThat(rig.other.nextRequest().getOperation()).isEqualTo(Operation.EMBEDDING);
    }

    @Test
    void an_answered_request_is_not_cancelled() throws Exception {
        rig.other.when("m", script -> script.complete("{}"));
        rig.chat("m");

        rig.chat("nobody", "x-millrace-deadline-ms", "1");

        rig.other.nextRequest();
        InferenceRequest unanswered = rig.other.nextRequest();
        assertThat(rig.other.nextCancellation().getTargetId())
                .isEqualTo(unanswered.getRequestId().toString());
        assertThat(rig.other.cancellations).isEmpty();
    }

    private static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> headers = new java.util.HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        return headers;
    }
}
