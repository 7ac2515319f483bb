package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.RequestState;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// `Prefer: respond-async`: the answer is asked for later, from any instance.
class LaterAnswerTest extends WithGate {

    @Test
    void a_request_is_taken_and_its_state_and_outcome_are_read_later() throws Exception {
        HttpResponse<String> taken = submit("m");
        InferenceRequest request = rig.other.nextRequest();
        String path = "/v1/requests/" + request.getRequestId();

        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(taken.headers().firstValue("location")).hasValue(path);
        assertThat(taken.headers().firstValue("preference-applied")).hasValue("respond-async");
        assertThat(taken.body()).contains("\"status\":\"queued\"", "\"response\":null");
        assertThat(request.getKept()).isTrue();
        assertThat(request.getDetached()).isTrue();
        assertThat(request.getIngressPartition()).isNull();
        Completion accepted = gate.nextEvent();
        assertThat(accepted.getKind()).isEqualTo(CompletionKind.ACCEPTED);
        assertThat(accepted.getRequestId()).isEqualTo(request.getRequestId());
        assertThat(accepted.getRequest().getDeadline()).isEqualTo(request.getDeadline());

        gate.state(request, RequestState.RUNNING);
        assertThat(rig.get(path).body()).contains("\"status\":\"running\"", "\"attempts\":1");

        gate.completed(request, 0, "{\"choices\":", "[]}");
        Awaitility.await().until(() -> rig.get(path).body().contains("\"status\":\"completed\""));
        assertThat(rig.get(path).body())
                .contains(
                        "\"response\":{\"status_code\":200,\"body\":{\"choices\":[]}}",
                        "\"cost\":\"0.00000123\"",
                        "\"output_tokens\":5",
                        "\"error\":null");
    }

    @Test
    void a_failure_is_told_as_a_client_that_waited_would_have_seen_it() throws Exception {
        submit("m");
        InferenceRequest request = rig.other.nextRequest();
        gate.failed(request, 404, "model_not_found");

        assertThat(rig.get("/v1/requests/" + request.getRequestId()).body())
                .contains(
                        "\"status\":\"failed\"",
                        "\"status_code\":404",
                        "\"code\":\"model_not_found\"");
    }

    @Test
    void a_delete_ends_the_request_everywhere() throws Exception {
        submit("m");
        InferenceRequest request = rig.other.nextRequest();
        assertThat(gate.nextEvent().getKind()).isEqualTo(CompletionKind.ACCEPTED);
        gate.state(request, RequestState.DISPATCHED);
        Thread gateAnswers =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Completion event = gate.nextEvent();
                                assertThat(event.getKind()).isEqualTo(CompletionKind.TERMINAL);
                                assertThat(event.getOutcome()).isEqualTo(RequestOutcome.CANCELLED);
                                gate.state(request, RequestState.CANCELLED);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        });

        HttpResponse<String> deleted = delete(request);
        gateAnswers.join();

        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body())
                .contains("\"status\":\"cancelled\"", "\"code\":\"request_cancelled\"");
        var cancellation = rig.other.nextCancellation();
        assertThat(cancellation.getTargetId()).isEqualTo(request.getRequestId().toString());
        assertThat(cancellation.getDeadline()).isEqualTo(request.getDeadline());
        assertThat(delete(request).body()).isEqualTo(deleted.body());
        assertThat(rig.other.cancellations).isEmpty();
    }

    @Test
    void what_is_not_known_is_not_found_and_what_is_no_id_is_refused() throws Exception {
        HttpResponse<String> unknown = rig.get("/v1/requests/01920000-0000-7000-8000-000000000001");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("request_not_found");
        assertThat(rig.get("/v1/requests/nonsense").statusCode()).isEqualTo(400);
        assertThat(rig.post("/v1/requests/x", "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void a_stream_cannot_be_asked_for_later() throws Exception {
        HttpResponse<String> response =
                rig.post(Rig.CHAT, Rig.chatBody("m", true), "prefer", "respond-async");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"param\":\"stream\"");
        assertThat(rig.other.requests).isEmpty();
    }

    @Test
    void a_key_makes_it_one_request_for_all_who_send_it() throws Exception {
        String body = Rig.chatBody("keyed", false);
        rig.other.when("keyed", script -> gate.state(script.request, RequestState.DISPATCHED));

        HttpResponse<String> first = keyed(body);
        HttpResponse<String> again = keyed(body);
        HttpResponse<String> conflict = keyed(Rig.chatBody("other", false));

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("location"))
                .isEqualTo(first.headers().firstValue("location"));
        assertThat(again.body()).contains("\"status\":\"dispatched\"");
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(rig.other.requests).hasSize(1);
    }

    private static HttpResponse<String> keyed(String body) throws Exception {
        return rig.post(Rig.CHAT, body, "prefer", "respond-async", "idempotency-key", "later-1");
    }

    private static HttpResponse<String> submit(String model) throws Exception {
        return rig.chat(model, "prefer", "respond-async");
    }

    private static HttpResponse<String> delete(InferenceRequest request) throws Exception {
        URI uri = rig.uri("/v1/requests/" + request.getRequestId());
        return rig.client.send(
                HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.ofString());
    }
}
