package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;
import tools.jackson.databind.JsonNode;

/// `docker-compose.yml` as it stands, with the jars that this build has just packaged: three
/// brokers, and every service twice, in containers of their own. Skipped where there is no Docker.
@Tag("docker")
@Isolated
@TestMethodOrder(OrderAnnotation.class)
class ComposeTest {

    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// Services, and which of their containers: all but the workers have one.
    private static final List<String> CONTAINERS =
            List.of(
                    "kafka-1-1",
                    "kafka-2-1",
                    "kafka-3-1",
                    "ingress-1-1",
                    "ingress-2-1",
                    "router-1-1",
                    "router-2-1",
                    "worker-1",
                    "worker-2",
                    "accounting-1-1",
                    "accounting-2-1",
                    "simulated-model-1");

    private static @Nullable ComposeContainer services;
    private static int first;
    private static int second;
    private static int kafkaPort;

    @BeforeAll
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    static void start() throws Exception {
        Docker.assumeCompose();
        assumeTrue(
                Files.isDirectory(ROOT.resolve("standalone/target/lib")),
                "skipped: the jars are not packaged; ./mvnw verify packages them first");
        first = RunningMillrace.freePort();
        second = RunningMillrace.freePort();
        kafkaPort = RunningMillrace.freePort();
        ComposeContainer compose =
                new ComposeContainer("millrace-test", ROOT.resolve("docker-compose.yml").toFile())
                        .withBuild(true)
                        // It would look for the Dockerfile's stages as images.
                        .withPull(false)
                        .withEnv("MILLRACE_BUILD", "packaged")
                        .withEnv("MILLRACE_IMAGE", "millrace:test")
                        .withEnv("MILLRACE_TOPICS_PARTITIONS", "3")
                        .withEnv("MILLRACE_PORT", Integer.toString(first))
                        .withEnv("MILLRACE_PORT_2", Integer.toString(second))
                        .withEnv("MILLRACE_KAFKA_PORT", Integer.toString(kafkaPort))
                        .withEnv("MILLRACE_KAFKA_PORT_2", freePort())
                        .withEnv("MILLRACE_KAFKA_PORT_3", freePort());
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
    @Order(1)
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void requests_to_both_ingresses_go_through_the_containers_and_are_charged_once()
            throws Exception {
        try (DemoGateway one = new DemoGateway(first);
                DemoGateway other = new DemoGateway(second)) {
            one.awaitReady();
            other.awaitReady();

            assertThat(one.statusFor("not-a-key")).isEqualTo(401);
            JsonNode completion = one.completion();
            other.completion();

            assertThat(completion.at("/choices/0/message/content").stringValue())
                    .contains("simulated", "What is a mill race?");
            JsonNode costs = one.awaitCosts(2);
            assertThat(costs.get("attempts").intValue()).isEqualTo(2);
            assertThat(new BigDecimal(costs.get("cost").stringValue()))
                    .isEqualByComparingTo(
                            completion.at("/usage/cost").decimalValue().multiply(BigDecimal.TWO));
        }
        assertThat(charges(2)).hasSize(2);
        assertThat(CONTAINERS).allSatisfy(ComposeTest::becomesHealthy);
    }

    @Test
    @Order(2)
    void every_topic_has_three_replicas_of_which_two_have_to_be_in_sync() throws Exception {
        try (Admin admin = log().admin()) {
            List<String> ours =
                    admin.listTopics().names().get().stream()
                            .filter(name -> name.startsWith("llm.") || name.startsWith("millrace"))
                            .toList();
            Map<String, TopicDescription> topics = admin.describeTopics(ours).allTopicNames().get();

            assertThat(topics)
                    .containsKeys("llm.inference-requests", "llm.dispatches.simulated.interactive");
            assertThat(topics.values())
                    .allSatisfy(topic ->
                            assertThat(topic.partitions())
                                    .allSatisfy(partition ->
                                            assertThat(partition.replicas()).hasSize(3)));
        }
    }

    @Test
    @Order(3)
    void the_dashboard_asks_for_metrics_that_there_are() throws Exception {
        String dashboard =
                Files.readString(ROOT.resolve("deploy/observability/dashboards/millrace.json"));
        TreeSet<String> asked = new TreeSet<>();
        Pattern.compile("(?:millrace|jvm|process)_[a-z_]+")
                .matcher(dashboard)
                .results()
                .forEach(result -> asked.add(result.group()));

        assertThat(asked).hasSizeGreaterThan(5);
        assertThat(scrape().lines().map(line -> line.split("[{ ]")[0])).containsAll(asked);
    }

    @Test
    @Order(4)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void one_of_each_is_killed_and_the_others_answer_and_charge() throws Exception {
        List.of("kafka-2-1", "ingress-2-1", "router-1-1", "worker-1", "accounting-1-1")
                .forEach(ComposeTest::kill);

        try (DemoGateway one = new DemoGateway(first)) {
            one.completion();

            assertThat(one.awaitCosts(3).get("attempts").intValue()).isEqualTo(3);
        }
        assertThat(charges(3)).hasSize(3);
    }

    /// Read from outside the containers, on the brokers' published ports.
    private static List<Charge> charges(int expected) {
        KafkaLog log = log();
        try (LogReader<Charge> reader = new LogReader<>(log, log.topics().charges())) {
            Awaitility.await("charges")
                    .atMost(PATIENCE)
                    .until(() -> reader.values().size() >= expected);
            return reader.values();
        }
    }

    private static KafkaLog log() {
        return new KafkaLog(
                Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort),
                new Topics(TopicLayout.cluster()),
                RecordSerdes.builtIn());
    }

    private static String scrape() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI metrics = URI.create("http://127.0.0.1:" + first + "/actuator/prometheus");
            return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static String freePort() throws IOException {
        return Integer.toString(RunningMillrace.freePort());
    }

    /// `kill -9`; Docker does not restart what was killed through it.
    private static void kill(String name) {
        DockerClientFactory.instance()
                .client()
                .killContainerCmd(container(name).getContainerId())
                .exec();
    }

    private static void becomesHealthy(String name) {
        Awaitility.await(name).atMost(PATIENCE).until(container(name)::isHealthy);
    }

    private static ContainerState container(String name) {
        return Objects.requireNonNull(services).getContainerByServiceName(name).orElseThrow();
    }
}
