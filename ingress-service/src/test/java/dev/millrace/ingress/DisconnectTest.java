package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.http.IngressServer;
import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.InferenceRequest;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisconnectTest {

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
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(10),
                                                Duration.ofMillis(700))));
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
    void a_client_that_leaves_while_it_waits_cancels_its_request() throws Exception {
        InferenceRequest request;
        Instant left;
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("nobody", false)));
            request = rig.other.nextRequest();
            left = Instant.now();
        }

        Cancellation cancellation = rig.other.nextCancellation();
        assertThat(cancellation.getTargetId()).isEqualTo(request.getRequestId().toString());
        assertThat(cancellation.getReason()).isEqualTo("client_disconnected");
        assertThat(cancellation.getCancelledAt()).isBefore(left.plus(Duration.ofSeconds(1)));
    }

    @Test
    void a_client_that_leaves_in_mid_stream_cancels_its_request() throws Exception {
        rig.other.when("m", script -> script.chunk("{\"c\":1}"));
        InferenceRequest request;
        Instant left;
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("m", true)));
            while (!client.readLine().contains("data: {\"c\":1}")) {
                assertThat(rig.other.cancellations).isEmpty();
            }
            request = rig.other.nextRequest();
            left = Instant.now();
        }

        Cancellation cancellation = rig.other.nextCancellation();
        assertThat(cancellation.getTargetId()).isEqualTo(request.getRequestId().toString());
        assertThat(cancellation.getReason()).isEqualTo("client_disconnected");
        assertThat(cancellation.getCancelledAt()).isBefore(left.plus(Duration.ofSeconds(1)));
    }

    @Test
    void a_client_that_stays_and_reads_nothing_is_cut_off() throws Exception {
        String chunk = "{\"c\":\"" + "x".repeat(200_000) + "\"}";
        rig.other.when(
                "m",
                script -> {
                    for (int i = 0; i < 60; i++) {
                        script.chunk(chunk);
                    }
                });
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("m", true)));
            InferenceRequest request = rig.other.nextRequest();

            assertThat(rig.other.nextCancellation().getTargetId())
                    .isEqualTo(request.getRequestId().toString());
        }
    }

    @Test
    void replies_that_come_after_that_are_counted_and_dropped() throws Exception {
        InferenceRequest request;
        try (RawConnection client = new RawConnection(rig.ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("nobody", false)));
            request = rig.other.nextRequest();
        }
        rig.other.nextCancellation();
        new Script(rig.other, request).complete("{}");

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/actuator/prometheus").body())
                                .containsPattern("ingress_replies_unknown_total [1-9]")
                                .contains(
                                        "requests_seconds_count{operation=\"chat_completion\","
                                                + "status=\"499\"}"));
    }
}
