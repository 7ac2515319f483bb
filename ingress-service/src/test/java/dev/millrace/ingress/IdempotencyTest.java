package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.RequestState;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The same Idempotency-Key is the same request: it is made once, and everybody who sends it gets
/// the outcome that the gate decides.
class IdempotencyTest extends WithGate {

    private static Ingress second;

    @BeforeAll
    static void start() throws InterruptedException {
        second = Ingress.start(rig.log, IngressSettings.of("ingress-second", "127.0.0.1", 0));
        assertThat(second.awaitReady(Duration.ofSeconds(20))).isTrue();
    }

    @AfterAll
    static void stop() {
        second.close();
    }

    @Test
    void the_record_names_key_and_body_and_is_kept_and_detached() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = send(rig.ingress, "k-1", "m", false);

        InferenceRequest request = rig.other.nextRequest();
        gate.completed(request, 0, "{\"a\":1}");

        assertThat(request.getRequestId()).isEqualTo(Identity.requestId("default", "k-1"));
        assertThat(request.getKept()).isTrue();
        assertThat(request.getDetached()).isTrue();
        assertThat(request.getBodyDigest().remaining()).isEqualTo(32);
        assertThat(request.getIngressPartition()).isNotNull();
        assertThat(Duration.ofMillis(request.getRetentionMs())).isEqualTo(Duration.ofHours(24));
        HttpResponse<String> response = answer.join();
        assertThat(response.body()).isEqualTo("{\"a\":1}");
        assertThat(response.headers().firstValue("x-request-id"))
                .hasValue(request.getRequestId().toString());
        assertThat(response.headers().firstValue("x-millrace-cost")).hasValue("0.00000123");
        assertThat(response.headers().firstValue("idempotent-replayed")).isEmpty();
    }

    @Test
    void callers_of_one_instance_who_send_it_at_once_make_one_request() throws Exception {
        CompletableFuture<HttpResponse<String>> one = send(rig.ingress, "k-2", "m", false);
        InferenceRequest request = rig.other.nextRequest();
        CompletableFuture<HttpResponse<String>> two = send(rig.ingress, "k-2", "m", false);
        HttpResponse<String> other = send(rig.ingress, "k-2", "another", false).join();
        gate.completed(request, 0, "{\"a\":2}");

        assertThat(one.join().body()).isEqualTo("{\"a\":2}");
        assertThat(two.join().body()).isEqualTo("{\"a\":2}");
        assertConflict(other);
        assertThat(rig.other.requests).isEmpty();
    }

    @Test
    void any_instance_gives_the_kept_outcome_again_byte_for_byte() throws Exception {
        CompletableFuture<HttpResponse<String>> first = send(rig.ingress, "k-3", "m", false);
        gate.completed(rig.other.nextRequest(), 0, "{\"a\":  3.50}");
        assertThat(first.join().statusCode()).isEqualTo(200);

        HttpResponse<String> again = send(second, "k-3", "m", false).join();

        assertThat(again.body()).isEqualTo("{\"a\":  3.50}");
        assertThat(again.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(again.headers().firstValue("x-millrace-provider")).hasValue("acme-cloud");
        assertConflict(send(second, "k-3", "another", false).join());
        assertThat(rig.other.requests).isEmpty();
    }

    @Test
    void another_instance_joins_the_request_in_flight() throws Exception {
        CompletableFuture<HttpResponse<String>> first = send(rig.ingress, "k-4", "m", false);
        InferenceRequest request = rig.other.nextRequest();
        gate.state(request, RequestState.DISPATCHED);
        awaitKnown(request);
        CompletableFuture<HttpResponse<String>> joined = send(second, "k-4", "m", false);
        HttpResponse<String> conflict = send(second, "k-4", "another", false).join();
        gate.failed(request, 502, "upstream_error");

        assertThat(first.join().statusCode()).isEqualTo(502);
        assertThat(joined.join().statusCode()).isEqualTo(502);
        assertThat(first.join().body()).isEqualTo(joined.join().body());
        assertConflict(conflict);
        assertThat(rig.other.requests).isEmpty();
    }

    @Test
    void a_kept_failure_says_not_to_send_it_again_the_first_time_and_later() throws Exception {
        CompletableFuture<HttpResponse<String>> first = send(rig.ingress, "k-10", "m", false);
        gate.failed(rig.other.nextRequest(), 503, "provider_unavailable");
        assertKeptFailure(first.join());

        HttpResponse<String> again = send(second, "k-10", "m", false).join();

        assertKeptFailure(again);
        assertThat(again.headers().firstValue("idempotent-replayed")).hasValue("true");
    }

    @Test
    void a_refusal_of_the_router_is_answered_and_one_of_another_body_is_not() throws Exception {
        rig.other.when(
                "refused",
                script ->
                        script.as(0, 0, 0)
                                .digest(ByteBuffer.wrap(new byte[32]))
                                .fail(409, "idempotency_conflict", null, false)
                                .at(0)
                                .digested()
                                .fail(404, "model_not_found", null, true));

        HttpResponse<String> response = send(rig.ingress, "k-5", "refused", false).join();

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("model_not_found");
        assertThat(response.headers().firstValue("x-should-retry")).isEmpty();
    }

    @Test
    void a_stream_is_shown_while_it_is_made_and_a_lost_chunk_is_made_good() throws Exception {
        rig.other.when(
                "live", script -> script.digested().chunk("{\"c\":1}").at(2).chunk("{\"c\":3}"));
        HttpResponse<InputStream> response = stream("k-6", "live");
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));

        assertThat(lines.readLine()).isEqualTo("data: {\"c\":1}");
        gate.completed(rig.other.nextRequest(), 0, "{\"c\":1}\n{\"c\":2}\n", "{\"c\":3}\n");

        assertThat(lines.lines().filter(line -> !line.isEmpty()))
                .containsExactly("data: {\"c\":2}", "data: {\"c\":3}", "data: [DONE]");
        assertThat(send(second, "k-6", "live", true).join().body())
                .isEqualTo(
                        "data: {\"c\":1}\n\ndata: {\"c\":2}\n\ndata: {\"c\":3}\n\ndata:"
                                + " [DONE]\n\n");
    }

    @Test
    void a_stream_whose_attempt_is_replaced_after_its_first_content_is_an_error() throws Exception {
        rig.other.when("replaced", script -> script.digested().chunk("{\"c\":1}"));
        HttpResponse<InputStream> response = stream("k-7", "replaced");
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("data: {\"c\":1}");
        gate.completed(rig.other.nextRequest(), 1, "{\"d\":1}\n");

        assertThat(lines.lines().reduce("", String::concat))
                .contains("stream_reset")
                .doesNotContain("[DONE]");
        assertThat(send(rig.ingress, "k-7", "replaced", true).join().body())
                .isEqualTo("data: {\"d\":1}\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_client_that_takes_resets_gets_the_replacing_attempt_from_the_beginning()
            throws Exception {
        rig.other.when(
                "reset",
                script -> script.digested().chunk("{\"c\":1}").as(1, 7, 1).chunk("{\"d\":1}"));
        HttpResponse<InputStream> response = stream("k-8", "reset", "x-millrace-resets", "true");
        gate.completed(rig.other.nextRequest(), 1, "{\"d\":1}\n{\"d\":2}\n");

        assertThat(
                        new String(response.body().readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .filter(line -> !line.isEmpty()))
                .endsWith(
                        "event: reset",
                        "data: {\"object\":\"stream.reset\"}",
                        "data: {\"d\":1}",
                        "data: {\"d\":2}",
                        "data: [DONE]");
    }

    @Test
    void a_caller_that_goes_cancels_nothing() throws Exception {
        rig.other.when("gone", script -> script.digested().chunk("{\"c\":1}"));
        stream("k-9", "gone").body().close();
        InferenceRequest kept = rig.other.nextRequest();
        HttpResponse<InputStream> plain =
                rig.client.send(
                        rig.request(Rig.CHAT)
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(Rig.chatBody("gone", true)))
                                .build(),
                        BodyHandlers.ofInputStream());
        plain.body().close();

        InferenceRequest other = rig.other.nextRequest();
        assertThat(rig.other.nextCancellation().getTargetId())
                .isEqualTo(other.getRequestId().toString());
        gate.completed(kept, 0, "{\"c\":1}\n");
        assertThat(send(second, "k-9", "gone", true).join().body()).contains("{\"c\":1}");
        assertThat(rig.other.cancellations).isEmpty();
    }

    private static void awaitKnown(InferenceRequest request) {
        String path = "/v1/requests/" + request.getRequestId();
        Awaitility.await().until(() -> rig.get(path).statusCode(), status -> status.equals(200));
    }

    private static void assertKeptFailure(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }

    private static void assertConflict(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("idempotency_conflict");
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
    }

    private static CompletableFuture<HttpResponse<String>> send(
            Ingress ingress, String key, String model, boolean stream) {
        return rig.client.sendAsync(
                java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(
                                        "http://127.0.0.1:" + ingress.port() + Rig.CHAT))
                        .timeout(Duration.ofSeconds(30))
                        .header("content-type", "application/json")
                        .header("idempotency-key", key)
                        .POST(BodyPublishers.ofString(Rig.chatBody(model, stream)))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<InputStream> stream(String key, String model, String... headers)
            throws Exception {
        var request =
                rig.request(Rig.CHAT)
                        .header("content-type", "application/json")
                        .header("idempotency-key", key)
                        .POST(BodyPublishers.ofString(Rig.chatBody(model, true)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return rig.client.send(request.build(), BodyHandlers.ofInputStream());
    }
}
