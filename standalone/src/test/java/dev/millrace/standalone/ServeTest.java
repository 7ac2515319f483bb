package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedKafka;
import java.io.IOException;
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
        int modelPort = RunningMillrace.freePort();
        int port = RunningMillrace.freePort();
        Path alive = folder.resolve("alive");
        try (Services services = new Services();
                DemoGateway gateway = new DemoGateway(port)) {
            ServeRoles.simulatedModel(UpOptions.LOOPBACK, modelPort, services);
            ServeRoles.init(environment, config(modelPort), CLOCK, services);
            connect(services).router(instance("router"), folder.resolve("router"));
            connect(services).worker(instance("worker"));
            ServeRoles accounting = connect(services);
            accounting.showAlive(instance("accounting"), alive);
            accounting.accounting(instance("accounting"), folder.resolve("accounting"));
            connect(services).ingress(instance("ingress"), "0.0.0.0", port);
            gateway.awaitReady();

            assertThat(gateway.statusFor("not-a-key")).isEqualTo(401);
            JsonNode completion = gateway.completion();

            assertThat(completion.at("/choices/0/message/content").stringValue())
                    .contains("simulated");
            JsonNode costs = gateway.awaitCosts();
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
        assertThat(instance("worker")).isEqualTo("worker-here");
    }

    private static ServeRoles connect(Services services) throws InterruptedException {
        return ServeRoles.connect(environment, CLOCK, services);
    }

    private static String instance(String role) {
        return ServeRoles.instance(role, environment);
    }

    /// The one of the containers, with the address that the model has here.
    private static Path config(int modelPort) throws IOException {
        Path shipped = Path.of(System.getProperty("millrace.root")).resolve("deploy/millrace.yaml");
        return Files.writeString(
                folder.resolve("millrace.yaml"),
                Files.readString(shipped)
                        .replace("//simulated-model:8090/", "//127.0.0.1:" + modelPort + "/"));
    }
}
