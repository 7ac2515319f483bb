package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/// The services on a broker that asks who they are. Skipped where there is no Docker.
@Tag("docker")
class SaslTest {

    private static final String PASSWORD = "not-to-be-logged";
    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required";

    @TempDir static Path folder;

    private static @Nullable GenericContainer<?> broker;
    private static int port;

    @BeforeAll
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    static void start() throws Exception {
        Docker.assumeEngine();
        port = RunningMillrace.freePort();
        broker =
                new GenericContainer<>("apache/kafka:4.3.1")
                        .withEnv(brokerSettings())
                        .waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1));
        broker.setPortBindings(List.of("127.0.0.1:" + port + ":9092"));
        broker.start();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void services_that_show_their_credentials_answer_a_request_and_do_not_log_them()
            throws Exception {
        try (LoggedLines lines = new LoggedLines();
                ServedDemo demo = ServedDemo.start(environment(PASSWORD), folder)) {
            demo.gateway().completion();

            assertThat(demo.gateway().awaitCosts(1).get("attempts").intValue()).isEqualTo(1);
            assertThat(lines.all())
                    .anyMatch(line -> line.contains("sasl.jaas.config = [hidden]"))
                    .noneMatch(line -> line.contains(PASSWORD));
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void a_wrong_password_is_told_from_a_broker_that_is_gone() {
        try (Services services = new Services()) {
            assertThatThrownBy(() ->
                            ServeRoles.connect(
                                    environment("wrong-password"),
                                    InstantSource.system(),
                                    services))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("Authentication failed")
                    .hasMessageNotContaining("wrong-password");
        }
    }

    private static Map<String, String> environment(String password) {
        return Map.of(
                "HOSTNAME",
                "here",
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + port,
                "KAFKA_SECURITY_PROTOCOL",
                "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM",
                "PLAIN",
                "KAFKA_SASL_JAAS_CONFIG",
                LOGIN + " username=\"millrace\" password=\"" + password + "\";");
    }

    private static Map<String, String> brokerSettings() {
        return Map.ofEntries(
                Map.entry("KAFKA_NODE_ID", "1"),
                Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
                Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:29093"),
                Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
                Map.entry("KAFKA_INTER_BROKER_LISTENER_NAME", "BROKER"),
                Map.entry(
                        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                        "CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT,SECURE:SASL_PLAINTEXT"),
                Map.entry("KAFKA_LISTENERS", "CONTROLLER://:29093,BROKER://:29092,SECURE://:9092"),
                Map.entry(
                        "KAFKA_ADVERTISED_LISTENERS",
                        "BROKER://localhost:29092,SECURE://127.0.0.1:" + port),
                Map.entry("KAFKA_SASL_ENABLED_MECHANISMS", "PLAIN"),
                Map.entry(
                        "KAFKA_LISTENER_NAME_SECURE_PLAIN_SASL_JAAS_CONFIG",
                        LOGIN + " user_millrace=\"" + PASSWORD + "\";"),
                Map.entry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
                Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
                Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
                Map.entry("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4"),
                Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
                Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
                Map.entry("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4"));
    }

    /// Everything that is logged while it is open, Kafka's settings included.
    private static final class LoggedLines extends AppenderBase<ILoggingEvent>
            implements AutoCloseable {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final Logger root =
                (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final Logger kafka = (Logger) LoggerFactory.getLogger("org.apache.kafka");
        private final @Nullable Level before = kafka.getLevel();

        LoggedLines() {
            setContext(root.getLoggerContext());
            start();
            kafka.setLevel(Level.INFO);
            root.addAppender(this);
        }

        List<String> all() {
            return List.copyOf(lines);
        }

        @Override
        public void close() {
            root.detachAppender(this);
            kafka.setLevel(before);
            stop();
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(
                    event.getFormattedMessage()
                            + (event.getThrowableProxy() == null
                                    ? ""
                                    : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }
}
