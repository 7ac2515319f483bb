package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.Candidate;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// A log with dead letters on it.
final class LetterLog implements AutoCloseable {

    static final String PROMPT = "a prompt that nobody else may see";
    static final Instant CREATED = Instant.parse("2026-01-31T08:00:00Z");

    private final EmbeddedKafka kafka;
    private final KafkaLog log;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private long nextOffset;

    private LetterLog(EmbeddedKafka kafka) throws Exception {
        this.kafka = kafka;
        this.log =
                new KafkaLog(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new Topics(TopicLayout.embedded(1 << 26)),
                        RecordSerdes.builtIn());
        this.producer = log.producer("test", Map.of());
        this.serializer = log.serdes().serializer();
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(
                    admin,
                    List.of(
                            topics().inferenceRequests(),
                            topics().attempts(),
                            topics().deadLetters()));
        }
    }

    static LetterLog start(Path data) throws Exception {
        return new LetterLog(EmbeddedKafka.start(data, 0));
    }

    Topics topics() {
        return log.topics();
    }

    KafkaLog log() {
        return log;
    }

    Shell.Ran run(String... arguments) {
        return shell().run(arguments);
    }

    Shell shell() {
        return new Shell().with("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    }

    /// A request whose time was five minutes and is over.
    static InferenceRequest.Builder request(String tenant) {
        return InferenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID())
                .setTenant(tenant)
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(
                        ByteBuffer.wrap(
                                ("{\"model\":\"m\",\"secret\":\"" + PROMPT + "\"}")
                                        .getBytes(UTF_8)))
                .setCreatedAt(CREATED)
                .setDeadline(CREATED.plus(Duration.ofMinutes(5)));
    }

    static Dispatch dispatch(InferenceRequest request, ReplyAddress replyTo) {
        return Dispatch.newBuilder()
                .setDispatchId(UUID.randomUUID())
                .setRequest(request)
                .setDeadline(CREATED.plus(Duration.ofMinutes(7)))
                .setHop(1)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setReason("by name")
                .setCandidates(List.<Candidate>of())
                .setExcluded(List.<Candidate>of())
                .setClassification(
                        Classification.newBuilder()
                                .setAskedModel("m")
                                .setStream(false)
                                .setEstimatedPromptTokens(3)
                                .setCapabilities(List.of())
                                .build())
                .setConfigVersion(1)
                .setAttempts(2)
                .setReplyTo(replyTo)
                .setDispatchedAt(CREATED)
                .build();
    }

    byte[] bytes(SpecificRecord record) {
        return serializer.serialize("", record);
    }

    /// A letter about a record of its own.
    DeadLetter.Builder letter(String stage, String topic, String key, byte @Nullable [] value) {
        return DeadLetter.newBuilder()
                .setStage(stage)
                .setReason("because of " + stage)
                .setTopic(topic)
                .setPartition(0)
                .setOffset(nextOffset++)
                .setTimestamp(CREATED)
                .setKey(ByteBuffer.wrap(key.getBytes(UTF_8)))
                .setValue(value == null ? null : ByteBuffer.wrap(value))
                .setHeaders(new ArrayList<>())
                .setInstance("worker-1")
                .setFailedAt(Shell.NOW.minus(Duration.ofHours(2)));
    }

    static DeadLetterHeader header(String name, byte[] value) {
        return DeadLetterHeader.newBuilder().setName(name).setValue(ByteBuffer.wrap(value)).build();
    }

    /// Writes a letter and returns its id.
    long write(DeadLetter letter) throws Exception {
        return producer.send(
                        new ProducerRecord<>(
                                topics().deadLetters().name(), "tenant", bytes(letter)))
                .get()
                .offset();
    }

    /// Every committed record of a topic with this key.
    List<ConsumerRecord<String, byte[]>> records(String topic, String key) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (Consumer<String, byte[]> consumer =
                log.consumer("reader", Map.of("isolation.level", "read_committed"))) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> {
                            if (key.equals(record.key())) {
                                found.add(record);
                            }
                        });
            }
        }
        return found;
    }

    /// The requests of a tenant that stand on their topic.
    List<InferenceRequest> requests(String tenant) {
        try (var deserializer = log.serdes().deserializer(InferenceRequest.class)) {
            return records(topics().inferenceRequests().name(), tenant).stream()
                    .map(record -> deserializer.deserialize("", record.value()))
                    .toList();
        }
    }

    @Override
    public void close() {
        producer.close();
        serializer.close();
        kafka.close();
    }
}
