package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import dev.millrace.topology.BrokerLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The router on a real log: topics made as providers appear, and requests from producers that hash
/// their keys in another way.
class RouterBrokerTest {

    @TempDir Path folder;

    @Test
    void requests_hashed_with_crc32_reach_a_provider_that_is_configured_while_the_router_runs()
            throws Exception {
        try (BrokerLog broker =
                BrokerLog.start(folder.resolve("kafka"), BrokerLog.FOUR_PARTITIONS)) {
            // Given a router on four partitions, and no provider yet
            KafkaLog log = broker.log();
            Topics topics = log.topics();
            ConfigurationPublisher publisher =
                    new ConfigurationPublisher(log, InstantSource.system());
            publisher.publish("", Snapshot.NONE, "test");
            Queue<ServiceStatus> heartbeats = new ConcurrentLinkedQueue<>();
            Set<UUID> sent = ConcurrentHashMap.newKeySet();
            try (var status =
                            broker.follow(
                                    topics.poolStatus(),
                                    Map.of(),
                                    (key, heartbeat) -> heartbeats.add(heartbeat));
                    Router router =
                            Router.start(
                                    log,
                                    RouterSettings.of("router-1", folder.resolve("state")),
                                    InstantSource.system())) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                heartbeats.stream()
                                        .anyMatch(one -> one.getRole() == ServiceRole.ROUTER));

                // When a provider is configured and requests come in
                String document =
                        "providers: [ { name: late, kind: ollama } ]\ndefaults: { provider: late }\n";
                publisher.publish(
                        document, new Snapshot(1, "", Snapshot.NONE.configuration()), "test");
                await().atMost(Duration.ofSeconds(30))
                        .until(() ->
                                heartbeats.stream().anyMatch(one -> one.getConfigVersion() == 2));
                try (Producer<String, byte[]> producer = log.producer("crc32", Map.of())) {
                    for (int i = 0; i < 20; i++) {
                        send(producer, log, "tenant-" + i, sent);
                    }
                }

                // Then each is dispatched once, and each tenant's record stood where murmur2 puts
                // it
                Queue<Dispatch> dispatches = new ConcurrentLinkedQueue<>();
                try (var reader =
                        broker.follow(
                                topics.dispatches("late", Lane.INTERACTIVE),
                                Map.of(),
                                (key, dispatch) -> dispatches.add(dispatch))) {
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> dispatches.size() >= sent.size());
                    assertThat(
                                    dispatches.stream()
                                            .map(dispatch -> dispatch.getRequest().getRequestId())
                                            .collect(Collectors.toSet()))
                            .isEqualTo(sent);
                    assertThat(dispatches).hasSameSizeAs(sent);
                }
                assertThat(router).isNotNull();
                assertThat(status.caughtUp()).isCompleted();
            }
        }
    }

    private static void send(
            Producer<String, byte[]> producer, KafkaLog log, String tenant, Set<UUID> sent)
            throws Exception {
        InferenceRequest request =
                InferenceRequest.newBuilder()
                        .setRequestId(UUID.randomUUID())
                        .setTenant(tenant)
                        .setOperation(Operation.CHAT_COMPLETION)
                        .setBody(
                                ByteBuffer.wrap(
                                        "{\"model\":\"any\"}".getBytes(StandardCharsets.UTF_8)))
                        .setCreatedAt(Instant.now())
                        .setIngressPartition(0)
                        .build();
        Topic<InferenceRequest> topic = log.topics().inferenceRequests();
        CRC32 crc = new CRC32();
        crc.update(tenant.getBytes(StandardCharsets.UTF_8));
        int partition = (int) (crc.getValue() % topic.partitions());
        byte[] value = log.serdes().serializer().serialize(topic.name(), request);
        producer.send(new ProducerRecord<>(topic.name(), partition, tenant, value)).get();
        sent.add(request.getRequestId());
    }
}
