package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StopTest {

    @Test
    void a_stop_answers_what_is_in_flight_and_takes_nothing_new() throws Exception {
        Rig rig = Rig.start();
        CountDownLatch stopping = new CountDownLatch(1);
        rig.other.when(
                "m",
                script -> {
                    awaitUninterrupted(stopping);
                    script.complete("{\"late\":true}");
                });
        CompletableFuture<HttpResponse<String>> inFlight = chat(rig);
        rig.other.nextRequest();

        CompletableFuture<Void> stop = CompletableFuture.runAsync(rig.ingress::close);
        Awaitility.await()
                .untilAsserted(() ->
                        Assertions.assertThatThrownBy(
                                        () -> new RawConnection(rig.ingress.port()).close())
                                .isInstanceOf(ConnectException.class));
        stopping.countDown();

        assertThat(inFlight.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"late\":true}");
        stop.get(10, TimeUnit.SECONDS);
        rig.other.close();
    }

    @Test
    void what_cannot_be_answered_in_time_is_503_and_cancelled() throws Exception {
        Rig rig = Rig.start("", settings -> settings.withStop(Duration.ofMillis(200)));
        CompletableFuture<HttpResponse<String>> inFlight = chat(rig);
        String id = rig.other.nextRequest().getRequestId().toString();

        rig.ingress.close();

        HttpResponse<String> response = inFlight.get(10, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(rig.other.nextCancellation().getTargetId()).isEqualTo(id);
        rig.other.close();
    }

    private static CompletableFuture<HttpResponse<String>> chat(Rig rig) {
        return rig.client.sendAsync(
                rig.request(Rig.CHAT)
                        .POST(BodyPublishers.ofString(Rig.chatBody("m", false)))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
