package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.intake.HeapBudget;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OverloadTest {

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start("", settings -> settings.withHeapBytes(3 * HeapBudget.PER_REQUEST));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void more_than_the_heap_may_hold_is_refused_and_room_comes_back() throws Exception {
        rig.other.when("m", script -> script.complete("{}"));
        try (RawConnection one = new RawConnection(rig.ingress.port());
                RawConnection two = new RawConnection(rig.ingress.port())) {
            one.send(RawConnection.post(Rig.CHAT, Rig.chatBody("nobody", false)));
            two.send(RawConnection.post(Rig.CHAT, Rig.chatBody("nobody", false)));
            rig.other.nextRequest();
            rig.other.nextRequest();

            HttpResponse<String> refused =
                    rig.post(
                            Rig.CHAT,
                            "{\"model\":\"m\",\"messages\":[{\"content\":\""
                                    + "x".repeat((int) HeapBudget.PER_REQUEST)
                                    + "\"}]}");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"unavailable\"");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(rig.chat("m").statusCode()).isEqualTo(200));
    }
}
