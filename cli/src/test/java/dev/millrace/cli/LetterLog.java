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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A log with dead letters on it. All test classes that ask for one in their constructor, by
/// `@ExtendWith(LetterLog.Shared.class)`, get the same; each of their tests has a tenant of its
/// own.
final class LetterLog implements AutoCloseable {

    /// Starts the log for the first class that asks for it; it is closed behind the last test.
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == LetterLog.class;
        }

        @Override
        public LetterLog resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(LetterLog.class))
                    .computeIfAbsent(LetterLog.class, _ -> start(), LetterLog.class);
        }
    }

    static final String PROMPT = "a prompt that nobody else may see";
    static final Topics TOPICS = new Topics(TopicLayout.embedded(1 << 26));
    static final String REQUESTS = TOPICS.inferenceRequests().name();
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
                        TOPICS,
                        RecordSerdes.builtIn());
        this.producer = log.producer("test", Map.of());
        this.serializer = log.serdes().serializer();
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(
                    admin,
                    List.of(TOPICS.inferenceRequests(), TOPICS.attempts(), TOPICS.deadLetters()));
        }
    }

    private static LetterLog start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "letters");
            return new LetterLog(EmbeddedKafka.start(data, 0));
        } catch (Exception e) {
            throw new ParameterResolutionException("the log of the dead letters does not start", e);
        }
    }

    KafkaLog log() {
        return log;
    }

    Shell.Ran run(String... arguments) {
        return shell().run(arguments);
    }

    Shell.Ran run(List<String> words, String... options) {
        return run(Stream.concat(words.stream(), Arrays.stream(options)).toArray(String[]::new));
    }

    Shell.Ran redrive(long id, String... options) {
        return run(List.of("dead-letters", "redrive", Long.toString(id)), options);
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

    /// A letter about a request.
    DeadLetter.Builder letter(String stage, InferenceRequest request) {
        return letter(stage, REQUESTS, request.getTenant(), bytes(request));
    }

    static DeadLetterHeader header(String name, byte[] value) {
        return DeadLetterHeader.newBuilder().setName(name).setValue(ByteBuffer.wrap(value)).build();
    }

    /// Writes a letter and returns its id.
    long write(DeadLetter letter) throws Exception {
        return producer.send(
                        new ProducerRecord<>(TOPICS.deadLetters().name(), "tenant", bytes(letter)))
                .get()
                .offset();
    }

    /// Every committed record of a topic with this key.
    List<ConsumerRecord<String, byte[]>> records(String topic, String key) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (Consumer<String, byte[]> consumer =
                log.consumer(
                        "reader",
                        Map.of("isolation.level", "read_committed", "fetch.max.wait.ms", 20))) {
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

    /// What became of a letter, in order.
    List<DeadLetter> resolutions(long id) {
        try (var deserializer = log.serdes().deserializer(DeadLetter.class)) {
            return records(TOPICS.deadLetters().name(), "tenant").stream()
                    .map(record -> deserializer.deserialize("", record.value()))
                    .filter(letter -> letter.getResolves() != null && letter.getResolves() == id)
                    .toList();
        }
    }

    /// The requests of a tenant that stand on their topic.
    List<InferenceRequest> requests(String tenant) {
        try (var deserializer = log.serdes().deserializer(InferenceRequest.class)) {
            return records(REQUESTS, tenant).stream()
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
