package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;
import tools.jackson.databind.JsonNode;

/// `docker-compose.yml` as it stands, with the jars that this build has just packaged: every
/// service in a container of its own. Skipped where there is no Docker.
@Tag("docker")
class ComposeTest {

    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static @Nullable ComposeContainer services;
    private static int port;
    private static int kafkaPort;

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    static void start() throws Exception {
        assumeTrue(succeeds("docker", "info"), "skipped: no Docker engine answers");
        assumeTrue(succeeds("docker", "compose", "version"), "skipped: docker has no compose");
        assumeTrue(
                Files.isDirectory(ROOT.resolve("standalone/target/lib")),
                "skipped: the jars are not packaged; ./mvnw verify packages them first");
        port = RunningMillrace.freePort();
        kafkaPort = RunningMillrace.freePort();
        ComposeContainer compose =
                new ComposeContainer("millrace-test", ROOT.resolve("docker-compose.yml").toFile())
                        .withBuild(true)
                        // It would look for the Dockerfile's stages as images.
                        .withPull(false)
                        .withEnv("MILLRACE_BUILD", "packaged")
                        .withEnv("MILLRACE_IMAGE", "millrace:test")
                        .withEnv("MILLRACE_PORT", Integer.toString(port))
                        .withEnv("MILLRACE_KAFKA_PORT", Integer.toString(kafkaPort));
        services = compose;
        compose.start();
    }

    @AfterAll
    static void stop() {
        if (services != null) {
            services.stop();
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void a_request_goes_through_the_containers_and_is_charged_once() throws Exception {
        try (DemoGateway gateway = new DemoGateway(port)) {
            gateway.awaitReady();

            assertThat(gateway.statusFor("not-a-key")).isEqualTo(401);
            JsonNode completion = gateway.completion();

            assertThat(completion.at("/choices/0/message/content").stringValue())
                    .contains("simulated", "What is a mill race?");
            JsonNode costs = gateway.awaitCosts();
            assertThat(costs.get("requests").intValue()).isEqualTo(1);
            assertThat(costs.get("attempts").intValue()).isEqualTo(1);
            assertThat(costs.get("cost").stringValue())
                    .isEqualTo(completion.at("/usage/cost").decimalValue().toPlainString());
        }
        assertThat(charges()).hasSize(1);
        assertThat(List.of("kafka", "ingress", "router", "worker", "accounting", "simulated-model"))
                .allSatisfy(ComposeTest::becomesHealthy);
    }

    /// Read from outside the containers, on the broker's published port.
    private static List<Charge> charges() {
        Topics topics = new Topics(TopicLayout.cluster());
        KafkaLog log =
                new KafkaLog(
                        Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort),
                        topics,
                        RecordSerdes.builtIn());
        try (LogReader<Charge> reader = new LogReader<>(log, topics.charges())) {
            Awaitility.await("a charge").atMost(PATIENCE).until(() -> !reader.values().isEmpty());
            return reader.values();
        }
    }

    private static void becomesHealthy(String service) {
        ContainerState container =
                Objects.requireNonNull(services).getContainerByServiceName(service).orElseThrow();
        Awaitility.await(service).atMost(PATIENCE).until(container::isHealthy);
    }

    /// Quick where the command is missing, or nobody answers it.
    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            boolean ended = process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
