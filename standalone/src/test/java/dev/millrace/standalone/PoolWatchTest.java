package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/// What `up` says of its providers when it is ready.
@ResourceLock(SharedMillrace.LOCK)
class PoolWatchTest {

    private static final String WORKER = "a-worker-of-this-test";
    private static final List<String> EXPECTED = List.of("upstream");

    @Test
    @Timeout(120)
    void a_pool_is_shown_once_its_server_has_answered() throws Exception {
        KafkaLog log = SharedMillrace.running().log();
        try (Producer<String, byte[]> producer = log.producer("a-worker", Map.of());
                PoolWatch watch = new PoolWatch(log, WORKER)) {
            // Given a pool whose server has not been asked yet
            await().until(() -> {
                report(log, producer, PoolState.UNKNOWN);
                return watch.await(EXPECTED, Duration.ZERO).size() == 1;
            });
            FutureTask<List<PoolStatus>> shown =
                    new FutureTask<>(() -> watch.await(EXPECTED, Duration.ofSeconds(60)));
            Thread waiting = Thread.ofPlatform().start(shown);
            await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING || shown.isDone());

            // When it answers
            report(log, producer, PoolState.READY);

            // Then that is what is shown
            assertThat(shown.get())
                    .extracting(PoolStatus::getState)
                    .containsExactly(PoolState.READY);
        }
    }

    @Test
    void a_server_that_keeps_silent_is_not_called_down() {
        StringWriter screen = new StringWriter();
        new Banner(new PrintWriter(screen), new Style(false))
                .print(
                        "http://127.0.0.1:8080",
                        "127.0.0.1:9092",
                        true,
                        Path.of("data"),
                        0,
                        List.of(),
                        List.of(pool(PoolState.UNKNOWN)));
        assertThat(screen.toString())
                .contains("upstream: has not answered yet, no models yet, local")
                .doesNotContain("down");
    }

    private static void report(KafkaLog log, Producer<String, byte[]> producer, PoolState state)
            throws Exception {
        ServiceStatus status =
                ServiceStatus.newBuilder()
                        .setInstance(WORKER)
                        .setRole(ServiceRole.WORKER)
                        .setStartedAt(Instant.now())
                        .setSentAt(Instant.now())
                        .setConfigVersion(1)
                        .setPools(List.of(pool(state)))
                        .build();
        Topic<ServiceStatus> topic = log.topics().poolStatus();
        try (Serializer<ServiceStatus> serializer = log.serdes().serializer()) {
            byte[] value = serializer.serialize(topic.name(), status);
            producer.send(new ProducerRecord<>(topic.name(), WORKER, value)).get();
        }
    }

    private static PoolStatus pool(PoolState state) {
        return PoolStatus.newBuilder()
                .setProvider("upstream")
                .setKind("vllm")
                .setLocation(Location.LOCAL)
                .setDiscovered(false)
                .setState(state)
                .setModels(List.of())
                .setWindow(1)
                .setInFlight(0)
                .build();
    }
}
