package dev.millrace.worker.kafka;

import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.CancellationScope;
import dev.millrace.schemas.Candidate;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.Reroute;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.worker.provider.ProviderFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/// The topics that a worker uses, on the shared broker but seen by nobody else, and what tests
/// write to them and read from them.
final class TestLog implements AutoCloseable {
    static final InstantSource CLOCK = InstantSource.system();

    /// A consumer that closes waits until the broker has answered its last fetch.
    static final Map<String, Object> CLOSES_AT_ONCE = Map.of("fetch.max.wait.ms", 20);

    private static final AtomicInteger LOGS = new AtomicInteger();

    private final KafkaLog kafka;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private final Map<String, Reading> readings = new HashMap<>();

    /// @param settings of the workers' Kafka clients
    TestLog(Map<String, Object> settings) throws InterruptedException {
        this(OneBroker.running().bootstrapServers(), settings);
    }

    /// On a broker of the test's own.
    TestLog(String bootstrapServers, Map<String, Object> settings) throws InterruptedException {
        kafka = at(bootstrapServers, "t" + LOGS.incrementAndGet() + ".", settings);
        Topics topics = kafka.topics();
        create(
                topics.poolStatus(),
                topics.cancellations(),
                topics.replies(),
                topics.completions(),
                topics.attempts(),
                topics.reroutes(),
                topics.deadLetters());
        producer = kafka.producer("test", Map.of());
        serializer = kafka.serdes().serializer();
    }

    /// @param prefix of the topics' names
    static KafkaLog at(String bootstrapServers, String prefix, Map<String, Object> settings) {
        TopicLayout layout =
                new TopicLayout(
                        prefix,
                        2,
                        1,
                        (short) 1,
                        1,
                        TopicLayout.DEFAULT_MAX_RECORD_BYTES,
                        64L * 1024 * 1024);
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaLog(all, new Topics(layout), RecordSerdes.builtIn());
    }

    KafkaLog kafka() {
        return kafka;
    }

    Topics topics() {
        return kafka.topics();
    }

    /// The settings of a worker on this log.
    TestSettings settings(String instance) {
        return new TestSettings(instance, groupPrefix(topics()));
    }

    /// The start of the names of the workers' groups, which others on the broker do not have.
    static String groupPrefix(Topics topics) {
        return topics.layout().prefix() + "worker.";
    }

    /// A configuration with one provider, at the model, and its price.
    static String document(String provider, SimulatedModelServer model, int concurrency) {
        return """
        providers:
          - name: %s
            kind: openai-compatible
            base-url: %s
            limits: { concurrency: %d }
        prices:
          - { provider: %s, model: m, input: 1, output: 2, per: 1000, effective-from: 2026-01-01 }
        """
                .formatted(provider, model.baseUrl(), concurrency, provider);
    }

    /// A worker whose configuration is `document`, ready to take dispatches of its providers.
    Workers workers(TestSettings settings, String document) {
        return workers(settings, document, new DialectFactory());
    }

    Workers workers(TestSettings settings, String document, ProviderFactory factory) {
        Workers workers = Workers.start(kafka, settings.build(), List.of(factory));
        workers.apply(new Snapshot(1, document, ConfigurationDocument.parse(document)));
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !workers.status().isEmpty()
                                && workers.status().stream()
                                        .noneMatch(pool -> pool.getState() == PoolState.UNKNOWN));
        return workers;
    }

    /// The dispatches of a request that went back to the router.
    List<Reroute> reroutes(InferenceRequest request) {
        return read(topics().reroutes()).stream()
                .filter(reroute ->
                        reroute.getDispatch()
                                .getRequest()
                                .getRequestId()
                                .equals(request.getRequestId()))
                .toList();
    }

    static InferenceRequest.Builder request(String body) {
        return InferenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID())
                .setTenant("acme")
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)))
                .setCreatedAt(CLOCK.instant())
                .setIngressPartition(0);
    }

    static Dispatch.Builder dispatch(String provider, InferenceRequest request, boolean stream) {
        return Dispatch.newBuilder()
                .setDispatchId(Identity.dispatchId(request.getRequestId(), 0))
                .setRequest(request)
                .setDeadline(CLOCK.instant().plusSeconds(60))
                .setHop(0)
                .setProvider(provider)
                .setUpstreamModel("m")
                .setReason("test")
                .setClassification(
                        Classification.newBuilder()
                                .setAskedModel("asked")
                                .setStream(stream)
                                .setEstimatedPromptTokens(7)
                                .build())
                .setConfigVersion(1)
                .setRetriesLeft(2)
                .setDispatchedAt(CLOCK.instant());
    }

    static List<Candidate> candidates(String... providers) {
        List<Candidate> candidates = new ArrayList<>();
        for (String provider : providers) {
            candidates.add(new Candidate(provider, "m"));
        }
        return candidates;
    }

    void send(Dispatch dispatch) {
        send(
                topics().dispatches(dispatch.getProvider(), dispatch.getRequest().getLane()),
                dispatch.getRequest().getRequestId().toString(),
                dispatch);
    }

    void send(Topic<?> topic, String key, SpecificRecord value) {
        write(new ProducerRecord<>(topic.name(), key, serializer.serialize(topic.name(), value)));
    }

    void write(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] bytes(SpecificRecord value) {
        return serializer.serialize("any", value);
    }

    void cancel(UUID request) {
        cancel(List.of(request));
    }

    void cancel(List<UUID> requests) {
        String topic = topics().cancellations().name();
        for (UUID request : requests) {
            Cancellation cancellation =
                    new Cancellation(
                            request.toString(),
                            CancellationScope.REQUEST,
                            "client_disconnected",
                            CLOCK.instant(),
                            CLOCK.instant().plusSeconds(60));
            producer.send(
                    new ProducerRecord<>(
                            topic, request.toString(), serializer.serialize(topic, cancellation)));
        }
        producer.flush();
    }

    /// Creates a topic with one partition.
    void createTopic(String name) throws InterruptedException {
        create(new Topic<>(name, Reply.class, 1, (short) 1, Map.of()));
    }

    /// Returns when the broker tells readers of the topics: that is a moment after it took them.
    private void create(Topic<?>... topics) throws InterruptedException {
        List<String> names = Stream.of(topics).map(Topic::name).toList();
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, List.of(topics));
            await().until(() -> admin.listTopics().names().get().containsAll(names));
        }
    }

    /// Everything that a topic holds by now. What was read before is not read again.
    synchronized List<ConsumerRecord<String, byte[]>> records(String topic) {
        return readings.computeIfAbsent(topic, Reading::new).untilNow();
    }

    /// A topic, read from its beginning.
    private final class Reading {
        private final Consumer<String, byte[]> consumer;
        private final List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();

        Reading(String topic) {
            consumer = kafka.consumer("read-" + topic, CLOSES_AT_ONCE);
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        List<ConsumerRecord<String, byte[]>> untilNow() {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
            return List.copyOf(all);
        }
    }

    /// Every value of a topic.
    <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        return read(topic.name(), topic.value());
    }

    <V extends SpecificRecord> List<V> read(String topic, Class<V> type) {
        List<V> values = new ArrayList<>();
        try (Deserializer<V> deserializer = kafka.serdes().deserializer(type)) {
            for (ConsumerRecord<String, byte[]> record : records(topic)) {
                if (record.value() != null) {
                    values.add(deserializer.deserialize(topic, record.value()));
                }
            }
        }
        return Collections.unmodifiableList(values);
    }

    /// What the topic of replies holds for a request.
    List<Reply> replies(UUID request) {
        return read(topics().replies()).stream()
                .filter(reply -> reply.getRequestId().equals(request))
                .toList();
    }

    /// What the topic of attempts holds for a request, in order.
    List<Attempt> attempts(InferenceRequest request) {
        return read(topics().attempts()).stream()
                .filter(attempt -> attempt.getRequestId().equals(request.getRequestId()))
                .sorted(Comparator.comparing(Attempt::getNumber).thenComparing(Attempt::getPhase))
                .toList();
    }

    static Instant now() {
        return CLOCK.instant();
    }

    /// Deletes the topics.
    @Override
    public void close() {
        readings.values().forEach(reading -> reading.consumer.close());
        producer.close();
        serializer.close();
        try (Admin admin = kafka.admin()) {
            List<String> ours =
                    admin.listTopics().names().get().stream()
                            .filter(name -> name.startsWith(topics().layout().prefix()))
                            .toList();
            admin.deleteTopics(ours).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
