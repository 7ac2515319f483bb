package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.TopicFollower;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an ingress says of itself and of the services behind the log.
class ReadinessTest {

    private static final String YAML =
            """
            providers:
              - { name: acme, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
              - { name: backup, kind: openai-compatible, base-url: "http://127.0.0.1:2/v1" }
            models:
              - { name: assistant, targets: [ { provider: acme, model: large } ] }
              - { name: spare, targets: [ { provider: backup, model: large } ] }
            """;

    private static final String SOME_REQUEST = "/v1/requests/01920000-0000-7000-8000-000000000001";

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.lonely(SharedBroker.newLog(), settings -> settings);
        rig.other.configure(YAML, new Snapshot(1, "", ConfigurationDocument.parse("")));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void ready_means_a_router_and_a_pool_that_can_serve_and_models_follow() throws Exception {
        assertThat(rig.get("/livez").statusCode()).isEqualTo(200);
        awaitMissing("router", "pool");
        assertThat(rig.get("/v1/models").body()).isEqualTo("{\"object\":\"list\",\"data\":[]}");
        HttpResponse<String> untold = rig.get(SOME_REQUEST);
        assertThat(untold.statusCode()).isEqualTo(503);
        assertThat(untold.body()).contains("No router is running");

        rig.other.router();
        awaitMissing("pool");
        HttpResponse<String> notReady = rig.get("/readyz");
        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(notReady.body()).isEqualTo("{\"status\":\"not_ready\",\"missing\":[\"pool\"]}");

        rig.other.worker("worker-1", OtherSide.pool("acme", PoolState.DOWN, "large"));
        awaitListed("worker-1");
        assertThat(rig.ingress.missing()).containsExactly("pool");

        rig.other.worker(
                "worker-1",
                OtherSide.pool("acme", PoolState.READY, "large"),
                OtherSide.pool("backup", PoolState.CREDENTIAL_REFUSED, "large"),
                OtherSide.pool("simulated", PoolState.READY, "*"));
        rig.other.router();
        awaitMissing();
        assertThat(rig.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(rig.get("/v1/models").body())
                .contains("\"id\":\"assistant\"", "\"id\":\"large\"", "\"id\":\"acme/large\"")
                .contains("\"id\":\"simulated\"")
                .doesNotContain("spare", "backup");
        assertThat(rig.get("/v1/models/acme%2Flarge").body())
                .isEqualTo(
                        "{\"id\":\"acme/large\",\"object\":\"model\",\"created\":1767225600,"
                                + "\"owned_by\":\"acme\"}");
        assertThat(rig.get("/v1/models/whatever").body()).contains("\"owned_by\":\"simulated\"");
        assertThat(rig.get("/v1/models/spare").statusCode()).isEqualTo(404);
        assertThat(rig.get("/admin/providers").body())
                .contains(
                        "{\"provider\":\"acme\",\"kind\":\"openai-compatible\","
                                + "\"location\":\"cloud\",\"discovered\":false,"
                                + "\"state\":\"ready\",\"models\":[\"large\"],\"window\":8,"
                                + "\"in_flight\":3,\"last_error\":null,\"targets\":[{"
                                + "\"model\":\"large\",\"circuit\":\"half_open\","
                                + "\"calls\":9,\"failures\":2,\"throttled\":1,"
                                + "\"latency_p50_ms\":120,\"latency_p95_ms\":450,"
                                + "\"first_content_p50_ms\":null,"
                                + "\"first_content_p95_ms\":null,"
                                + "\"last_error\":\"it took too long: idle\","
                                + "\"last_error_at\":\"2026-01-01T00:00:00Z\"}],"
                                + "\"server_load\":{\"running\":null,\"waiting\":null,"
                                + "\"slots\":4,\"kv_cache_use\":0.25,\"gpu_memory_use\":null},"
                                + "\"servers\":[{\"address\":\"10.0.0.7:8000\",\"state\":\"resting\","
                                + "\"in_flight\":2,\"load\":{\"running\":null,\"waiting\":5,"
                                + "\"slots\":null,\"kv_cache_use\":null,\"gpu_memory_use\":null},"
                                + "\"last_error\":\"status 503\","
                                + "\"last_error_at\":\"2026-01-01T00:00:00Z\"}],"
                                + "\"instance\":\"worker-1\"}")
                .contains("\"credential_refused\"", "\"last_error\":\"connection refused\"");
        assertThat(rig.get("/actuator/prometheus").body())
                .contains("millrace_provider_up{instance=\"worker-1\",provider=\"acme\"} 1.0")
                .contains("millrace_provider_up{instance=\"worker-1\",provider=\"backup\"} 0.0")
                .contains(
                        "millrace_server_up{instance=\"worker-1\",provider=\"acme\","
                                + "server=\"10.0.0.7:8000\"} 0.0")
                .contains(
                        "millrace_server_in_flight_calls{instance=\"worker-1\","
                                + "provider=\"acme\",server=\"10.0.0.7:8000\"} 2.0")
                .contains(
                        "millrace_target_latency_last_minute_seconds{instance=\"worker-1\","
                                + "model=\"large\",provider=\"acme\",quantile=\"0.95\"} 0.45");
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/admin/config").body())
                                .contains(
                                        "{\"instance\":\"ingress-test\",\"role\":\"ingress\","
                                                + "\"version\":2,"));

        rig.other.send(rig.log.topics().poolStatus(), "worker-1", null);
        Awaitility.await().untilAsserted(() -> assertThat(rig.ingress.missing()).contains("pool"));
    }

    @Test
    void the_ingress_sends_its_own_heartbeat_and_a_tombstone_when_it_stops() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Rig second = Rig.lonely(SharedBroker.newLog(), settings -> settings);
        try (var follower =
                TopicFollower.start(
                        second.log,
                        second.log.topics().poolStatus(),
                        TopicFollower.From.BEGINNING,
                        Map.of(),
                        (key, status, offset, time) -> heard.add(key + describe(status)))) {
            assertThat(heard.poll(15, TimeUnit.SECONDS)).isEqualTo("ingress-test INGRESS");
            second.close();
            Awaitility.await().until(() -> heard.contains("ingress-test tombstone"));
        }
    }

    private static String describe(@Nullable ServiceStatus status) {
        return status == null
                ? " tombstone"
                : status.getRole() == ServiceRole.INGRESS ? " INGRESS" : " other";
    }

    private static void awaitMissing(String... conditions) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(rig.ingress.missing()).containsExactly(conditions));
    }

    private static void awaitListed(String instance) {
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(rig.get("/admin/providers").body()).contains(instance));
    }
}
