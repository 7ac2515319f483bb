package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.RequestState;
import dev.millrace.schemas.Result;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import dev.millrace.topology.BrokerLog;
import dev.millrace.topology.StoreFiles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kept outcomes on a real log, through the router and the gate.
class OutcomeBrokerTest {

    private static final String CONFIGURATION =
            "providers: [ { name: one, kind: ollama } ]\ndefaults: { provider: one }\n";
    private static final Map<String, String> COMMITTED =
            Map.of("isolation.level", "read_committed");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 20;

    @TempDir Path folder;

    @Test
    void a_kept_request_gets_one_result_however_many_terminals_and_restarts_there_are()
            throws Exception {
        try (BrokerLog broker =
                BrokerLog.start(folder.resolve("kafka"), BrokerLog.FOUR_PARTITIONS)) {
            // Given requests with idempotency keys that a router has dispatched, each once although
            // each came twice
            KafkaLog log = broker.log();
            new ConfigurationPublisher(log, InstantSource.system())
                    .publish(CONFIGURATION, Snapshot.NONE, "test");
            Topics topics = log.topics();
            Queue<Dispatch> dispatches = new ConcurrentLinkedQueue<>();
            Queue<Result> results = new ConcurrentLinkedQueue<>();
            try (var written =
                            broker.follow(
                                    topics.results(),
                                    COMMITTED,
                                    (key, result) -> results.add(result));
                    Producer<String, byte[]> producer = log.producer("test", Map.of())) {
                try (Router router = start(log);
                        Admin admin = log.admin()) {
                    for (int i = 0; i < REQUESTS; i++) {
                        InferenceRequest request = request();
                        send(producer, log, topics.inferenceRequests(), "acme", request);
                        send(producer, log, topics.inferenceRequests(), "acme", request);
                    }
                    Topic<Dispatch> pool = topics.dispatches("one", Lane.INTERACTIVE);
                    await().atMost(PATIENCE)
                            .until(() -> admin.listTopics().names().get().contains(pool.name()));
                    try (var sent =
                            broker.follow(
                                    pool, COMMITTED, (key, dispatch) -> dispatches.add(dispatch))) {
                        await().atMost(PATIENCE).until(() -> dispatches.size() >= REQUESTS);
                        await().atMost(PATIENCE).until(() -> results.size() >= REQUESTS);
                        assertThat(sent.caughtUp()).isCompleted();
                    }
                    assertThat(dispatches).hasSize(REQUESTS);

                    // When a first terminal comes for each, in two parts, and a second after it
                    for (Dispatch dispatch : dispatches) {
                        end(producer, log, dispatch, 5, "first");
                        end(producer, log, dispatch, 6, "second");
                    }
                    await().atMost(PATIENCE)
                            .until(() -> closed(results.stream()).size() >= REQUESTS);
                    assertThat(router).isNotNull();
                }

                // and a third while the router is away and loses the files of its stores, and a
                // last request that tells that all was read
                StoreFiles.damage(folder.resolve("state"));
                for (Dispatch dispatch : dispatches) {
                    end(producer, log, dispatch, 7, "third");
                }
                try (Router again = start(log)) {
                    Set<UUID> ends = endEachPartition(producer, log, dispatches);
                    await().atMost(PATIENCE)
                            .until(() ->
                                    closed(results.stream()).stream()
                                            .map(Result::getRequestId)
                                            .toList()
                                            .containsAll(ends));
                    assertThat(again).isNotNull();
                }
                assertThat(written.caughtUp()).isCompleted();
            }

            // Then each has one committed outcome, the first, all of it on one partition
            List<ConsumerRecord<String, byte[]>> records = committed(log);
            for (Dispatch dispatch : dispatches) {
                UUID id = dispatch.getRequest().getRequestId();
                List<ConsumerRecord<String, byte[]>> own =
                        records.stream()
                                .filter(record -> record.key().startsWith(id.toString()))
                                .filter(record ->
                                        decode(log, record).getState() == RequestState.COMPLETED)
                                .toList();
                assertThat(own)
                        .extracting(ConsumerRecord::key)
                        .containsExactly(id + "#1", id.toString());
                assertThat(own)
                        .extracting(record -> text(decode(log, record).getBody()))
                        .containsExactly("first-1", "first-0");
                assertThat(own)
                        .extracting(ConsumerRecord::partition)
                        .containsOnly(own.getFirst().partition());
            }
        }
    }

    private Router start(KafkaLog log) throws InterruptedException {
        return Router.start(
                log,
                RouterSettings.of("router-1", folder.resolve("state")),
                InstantSource.system());
    }

    private static InferenceRequest request() {
        return InferenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID())
                .setTenant("acme")
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(bytes("{\"model\":\"any\"}"))
                .setBodyDigest(bytes("digest"))
                .setCreatedAt(Instant.now())
                .setDeadline(Instant.now().plusSeconds(600))
                .setKept(true)
                .setDetached(true)
                .build();
    }

    /// Writes a terminal outcome of two parts.
    private static void end(
            Producer<String, byte[]> producer,
            KafkaLog log,
            Dispatch dispatch,
            long fence,
            String body)
            throws Exception {
        for (int part = 0; part < 2; part++) {
            Completion event =
                    terminal(dispatch, fence)
                            .setPart(part)
                            .setMore(part == 0)
                            .setBody(bytes(body + "-" + part))
                            .build();
            String key = event.getRequestId().toString();
            send(producer, log, log.topics().completions(), key, event);
        }
    }

    /// Ends a request of its own on each partition, behind everything else.
    private static Set<UUID> endEachPartition(
            Producer<String, byte[]> producer, KafkaLog log, Queue<Dispatch> dispatches)
            throws Exception {
        Set<UUID> ends = ConcurrentHashMap.newKeySet();
        Set<Integer> partitions = ConcurrentHashMap.newKeySet();
        Topic<Completion> topic = log.topics().completions();
        while (partitions.size() < topic.partitions()) {
            UUID id = UUID.randomUUID();
            Completion event =
                    terminal(dispatches.element(), 1).setRequestId(id).setPart(0).build();
            partitions.add(send(producer, log, topic, id.toString(), event));
            ends.add(id);
        }
        return ends;
    }

    private static Completion.Builder terminal(Dispatch dispatch, long fence) {
        return Completion.newBuilder()
                .setRequestId(dispatch.getRequest().getRequestId())
                .setTenant("acme")
                .setHop(0)
                .setFence(fence)
                .setAttempt(1)
                .setMore(false)
                .setKind(CompletionKind.TERMINAL)
                .setOutcome(RequestOutcome.COMPLETED)
                .setAttempts(1)
                .setCompletedAt(Instant.now())
                .setRequest(
                        KeptRequest.newBuilder()
                                .setOperation(Operation.CHAT_COMPLETION)
                                .setCreatedAt(dispatch.getRequest().getCreatedAt())
                                .setDeadline(dispatch.getDeadline())
                                .setBodyDigest(dispatch.getRequest().getBodyDigest())
                                .build());
    }

    private static List<Result> closed(Stream<Result> results) {
        return results.filter(result -> result.getState() == RequestState.COMPLETED)
                .filter(result -> result.getPart() == 0)
                .toList();
    }

    /// Everything that is committed on the topic of results.
    private static List<ConsumerRecord<String, byte[]>> committed(KafkaLog log) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        Topic<Result> topic = log.topics().results();
        try (Consumer<String, byte[]> consumer = log.consumer("committed", COMMITTED)) {
            List<TopicPartition> partitions =
                    Stream.iterate(0, partition -> partition + 1)
                            .limit(topic.partitions())
                            .map(partition -> new TopicPartition(topic.name(), partition))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(PATIENCE)
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                        return ends.entrySet().stream()
                                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                    });
        }
        return records;
    }

    private static Result decode(KafkaLog log, ConsumerRecord<String, byte[]> record) {
        return log.serdes().deserializer(Result.class).deserialize(record.topic(), record.value());
    }

    private static int send(
            Producer<String, byte[]> producer,
            KafkaLog log,
            Topic<?> topic,
            String key,
            SpecificRecord value)
            throws Exception {
        byte[] bytes = log.serdes().serializer().serialize(topic.name(), value);
        return producer.send(new ProducerRecord<>(topic.name(), key, bytes)).get().partition();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
