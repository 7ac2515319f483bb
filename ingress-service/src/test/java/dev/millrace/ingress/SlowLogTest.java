package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.ingress.kafka.LogWriter;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowLogTest {

    private static final LogWriter.Patience IMPATIENT =
            new LogWriter.Patience(Duration.ofMillis(800), Duration.ofMillis(300));

    @Test
    void a_log_that_is_too_slow_or_gone_is_503_and_heals(@TempDir Path data) throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(data, 0)) {
            KafkaLog log = SharedBroker.newLog(broker);
            try (Rig rig = Rig.lonely(log, settings -> settings.withLog(IMPATIENT))) {
                rig.other.when("m", script -> script.complete("{}"));
                Awaitility.await()
                        .atMost(20, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertThat(rig.chat("m").statusCode()).isEqualTo(200));

                throttle(log, true);
                Awaitility.await()
                        .atMost(10, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertUnavailable(rig.chat("m")));
                assertThat(rig.get("/actuator/prometheus").body())
                        .containsPattern("ingress_publish_failures_total [1-9]");

                throttle(log, false);
                Awaitility.await()
                        .atMost(10, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertThat(rig.chat("m").statusCode()).isEqualTo(200));

                broker.close();
                assertUnavailable(rig.chat("m"));
                Awaitility.await()
                        .atMost(20, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertThat(rig.ingress.missing()).contains("log"));
            }
        }
    }

    @Test
    void until_the_log_is_reached_requests_are_503_and_never_401() throws Exception {
        KafkaLog nowhere =
                new KafkaLog(
                        Map.of("bootstrap.servers", "127.0.0.1:1"),
                        new Topics(TopicLayout.embedded(1 << 20)),
                        RecordSerdes.builtIn());
        try (Ingress ingress =
                        Ingress.start(
                                nowhere,
                                IngressSettings.of("ingress-test", "127.0.0.1", 0)
                                        .withLog(IMPATIENT));
                RawConnection client = new RawConnection(ingress.port())) {
            client.send(RawConnection.post(Rig.CHAT, Rig.chatBody("m", false)));

            assertThat(client.readLine()).startsWith("HTTP/1.1 503");
            assertThat(ingress.missing())
                    .containsExactly("log", "replies", "configuration", "router", "pool");
        }
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"code\":\"unavailable\"");
        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
        assertThat(response.headers().firstValue("retry-after-ms")).hasValue("1000");
    }

    /// The broker puts off what a client sends beyond its quota.
    private static void throttle(KafkaLog log, boolean on) throws Exception {
        ClientQuotaEntity ingress =
                new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "ingress-test"));
        ClientQuotaAlteration alteration =
                new ClientQuotaAlteration(
                        ingress,
                        List.of(
                                new ClientQuotaAlteration.Op(
                                        "producer_byte_rate", on ? 100.0 : null)));
        try (Admin admin = log.admin()) {
            admin.alterClientQuotas(List.of(alteration)).all().get();
        }
    }
}
