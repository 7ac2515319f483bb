package dev.millrace.ingress;

import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.CircuitState;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ReplicaState;
import dev.millrace.schemas.ReplicaStatus;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ServedModel;
import dev.millrace.schemas.ServerLoad;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.schemas.TargetStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// The other side of the log: reads the ingress's records as a router does, and replies as a worker
/// does, by a script for each model name.
final class OtherSide implements AutoCloseable {

    private static final Pattern MODEL = Pattern.compile("\"model\"\\s*:\\s*\"([^\"]*)\"");

    final BlockingQueue<ConsumerRecord<String, byte[]>> records = new LinkedBlockingQueue<>();
    final BlockingQueue<InferenceRequest> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<Cancellation> cancellations = new LinkedBlockingQueue<>();

    private final KafkaLog log;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private final Map<String, Consumer<Script>> scripts = new ConcurrentHashMap<>();
    private final org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer;
    private final TopicFollower<Cancellation> cancels;

    OtherSide(KafkaLog log) {
        this.log = log;
        this.producer = log.producer("other-side", Map.of());
        this.serializer = log.serdes().serializer();
        this.consumer = log.consumer("other-side", Map.of());
        String topic = log.topics().inferenceRequests().name();
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Thread.ofPlatform().name("other-side").daemon().start(this::read);
        this.cancels =
                TopicFollower.start(
                        log,
                        log.topics().cancellations(),
                        TopicFollower.From.BEGINNING,
                        Map.of(),
                        (key, cancellation, offset, time) -> {
                            if (cancellation != null) {
                                cancellations.add(cancellation);
                            }
                        });
    }

    /// How requests for a model are answered.
    void when(String model, Consumer<Script> script) {
        scripts.put(model, script);
    }

    /// Publishes a configuration document.
    void configure(String yaml) throws InterruptedException {
        configure(yaml, Snapshot.NONE);
    }

    void configure(String yaml, Snapshot current) throws InterruptedException {
        new ConfigurationPublisher(log, InstantSource.system()).publish(yaml, current, "test");
    }

    /// The heartbeat of a router.
    void router() {
        send(log.topics().poolStatus(), "router-1", status("router-1", ServiceRole.ROUTER));
    }

    /// The heartbeat of a worker.
    void worker(String instance, PoolStatus... pools) {
        ServiceStatus status = status(instance, ServiceRole.WORKER);
        send(
                log.topics().poolStatus(),
                instance,
                ServiceStatus.newBuilder(status).setPools(Arrays.asList(pools)).build());
    }

    static PoolStatus pool(String provider, PoolState state, String... models) {
        return PoolStatus.newBuilder()
                .setProvider(provider)
                .setKind("openai-compatible")
                .setLocation(Location.CLOUD)
                .setDiscovered(false)
                .setState(state)
                .setModels(
                        Arrays.stream(models)
                                .map(name -> ServedModel.newBuilder().setName(name).build())
                                .toList())
                .setWindow(8)
                .setInFlight(3)
                .setLastError(state == PoolState.READY ? null : "connection refused")
                .setTargets(Arrays.stream(models).map(OtherSide::target).toList())
                .setServerLoad(ServerLoad.newBuilder().setSlots(4L).setKvCacheUse(0.25).build())
                .setServers(List.of(server()))
                .build();
    }

    private static ReplicaStatus server() {
        return ReplicaStatus.newBuilder()
                .setAddress("10.0.0.7:8000")
                .setState(ReplicaState.RESTING)
                .setInFlight(2)
                .setLoad(ServerLoad.newBuilder().setWaiting(5L).build())
                .setLastError("status 503")
                .setLastErrorAt(Instant.parse("2026-01-01T00:00:00Z"))
                .build();
    }

    private static TargetStatus target(String model) {
        return TargetStatus.newBuilder()
                .setModel(model)
                .setCircuit(CircuitState.HALF_OPEN)
                .setCalls(9)
                .setFailures(2)
                .setThrottled(1)
                .setLatencyP50Millis(120L)
                .setLatencyP95Millis(450L)
                .setLastError("it took too long: idle")
                .setLastErrorAt(Instant.parse("2026-01-01T00:00:00Z"))
                .build();
    }

    /// Whatever came so far.
    void forget() {
        requests.clear();
        records.clear();
        cancellations.clear();
    }

    InferenceRequest nextRequest() throws InterruptedException {
        return taken(requests.poll(60, TimeUnit.SECONDS), "no request came");
    }

    Cancellation nextCancellation() throws InterruptedException {
        return taken(cancellations.poll(60, TimeUnit.SECONDS), "no cancellation came");
    }

    void send(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
        byte[] bytes = value == null ? null : serializer.serialize(topic.name(), value);
        acknowledge(new ProducerRecord<>(topic.name(), key, bytes));
    }

    void sendTo(Topic<?> topic, int partition, String key, SpecificRecord value) {
        acknowledge(
                new ProducerRecord<>(
                        topic.name(), partition, key, serializer.serialize(topic.name(), value)));
    }

    void sendRaw(int partition, String key, byte[] value) {
        acknowledge(new ProducerRecord<>(log.topics().replies().name(), partition, key, value));
    }

    void reply(InferenceRequest request, Reply reply) {
        Integer partition = request.getIngressPartition();
        if (partition == null) {
            throw new AssertionError("the request names no reply partition");
        }
        sendRaw(
                partition,
                reply.getRequestId().toString(),
                serializer.serialize(log.topics().replies().name(), reply));
    }

    @Override
    public void close() {
        consumer.wakeup();
        cancels.close();
        producer.close();
    }

    private void read() {
        Deserializer<InferenceRequest> deserializer =
                log.serdes().deserializer(InferenceRequest.class);
        try (consumer) {
            while (true) {
                ConsumerRecords<String, byte[]> polled =
                        consumer.poll(java.time.Duration.ofMillis(200));
                for (ConsumerRecord<String, byte[]> record : polled) {
                    InferenceRequest request =
                            deserializer.deserialize(
                                    record.topic(), record.headers(), record.value());
                    records.add(record);
                    requests.add(request);
                    Consumer<Script> script = scripts.get(model(request));
                    if (script != null) {
                        Thread.ofVirtual().start(() -> script.accept(new Script(this, request)));
                    }
                }
            }
        } catch (WakeupException _) {
            return;
        }
    }

    private void acknowledge(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static String model(InferenceRequest request) {
        Matcher model = MODEL.matcher(Script.text(request.getBody()));
        return model.find() ? model.group(1) : "";
    }

    private static ServiceStatus status(String instance, ServiceRole role) {
        return ServiceStatus.newBuilder()
                .setInstance(instance)
                .setRole(role)
                .setStartedAt(Instant.parse("2026-01-01T00:00:00Z"))
                .setSentAt(Instant.now())
                .setConfigVersion(1)
                .setPools(List.of())
                .build();
    }

    private static <T> T taken(@Nullable T value, String otherwise) {
        if (value == null) {
            throw new AssertionError(otherwise);
        }
        return value;
    }
}
