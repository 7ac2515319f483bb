package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The services of `millrace serve`, each on its own connection to a cluster, with the
/// configuration of `deploy/millrace.yaml`.
@TestMethodOrder(OrderAnnotation.class)
class ServeTest {

    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static Map<String, String> environment;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), RunningMillrace.freePort());
        environment =
                Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "HOSTNAME", "here");
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    @Order(1)
    void an_ingress_that_others_reach_is_refused_while_there_are_no_keys() throws Exception {
        try (Services services = new Services()) {
            ServeRoles roles = ServeRoles.connect(environment, CLOCK, services);
            int port = RunningMillrace.freePort();

            assertThatThrownBy(() -> roles.ingress("ingress-here", "0.0.0.0", port))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("keys");
        }
    }

    @Test
    @Order(2)
    void services_that_share_nothing_but_the_log_answer_a_request_and_charge_it_once()
            throws Exception {
        Path alive = folder.resolve("alive");
        try (ServedDemo demo = ServedDemo.start(environment, folder)) {
            demo.showAlive("accounting", alive);
            DemoGateway gateway = demo.gateway();

            assertThat(gateway.statusFor("not-a-key")).isEqualTo(401);
            JsonNode completion = gateway.completion();

            assertThat(completion.at("/choices/0/message/content").stringValue())
                    .contains("simulated");
            JsonNode costs = gateway.awaitCosts(1);
            assertThat(costs.get("attempts").intValue()).isEqualTo(1);
            assertThat(costs.get("cost").stringValue())
                    .isEqualTo(completion.at("/usage/cost").decimalValue().toPlainString());
            Awaitility.await("alive file")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Files.exists(alive));
        }
    }

    @Test
    void a_service_that_is_not_told_where_kafka_is_says_so() {
        try (Services services = new Services()) {
            assertThatThrownBy(() -> ServeRoles.connect(Map.of(), CLOCK, services))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
        }
    }

    @Test
    void an_instance_is_named_for_its_role_and_its_host() {
        assertThat(ServeRoles.instance("worker", environment)).isEqualTo("worker-here");
        assertThat(ServeRoles.instance("worker", Map.of("HOSTNAME", "worker-2")))
                .isEqualTo("worker-2");
    }
}
