package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.provider.Texts;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Callers that write to the request topic themselves and read a reply topic of their own.
/// Thread-safe.
final class KafkaCallers implements AutoCloseable {

    static final String REPLIES = "replies.faults";

    private record Arrived(Reply reply, Instant at) {}

    private record Asked(String marker, Instant sentAt, @Nullable String refusal) {}

    private final KafkaLog log;
    private final Producer<String, byte[]> producer;
    private final Serializer<InferenceRequest> serializer;
    private final TopicFollower<Reply> follower;
    private final Map<UUID, Asked> asked = new ConcurrentHashMap<>();
    private final Map<UUID, List<Arrived>> replies = new ConcurrentHashMap<>();

    private KafkaCallers(KafkaLog log, short replication) {
        this.log = log;
        this.producer = log.producer("faults", Map.of("delivery.timeout.ms", 60_000));
        this.serializer = log.serdes().serializer();
        this.follower =
                TopicFollower.start(
                        log,
                        new Topic<>(REPLIES, Reply.class, 1, replication, Map.of()),
                        From.BEGINNING,
                        Map.of(),
                        (key, reply, offset, time) -> {
                            if (reply != null) {
                                replies.computeIfAbsent(
                                                reply.getRequestId(),
                                                _ -> new CopyOnWriteArrayList<>())
                                        .add(new Arrived(reply, Instant.ofEpochMilli(time)));
                            }
                        });
    }

    static KafkaCallers start(KafkaLog log, short replication) throws InterruptedException {
        try (Admin admin = log.admin()) {
            admin.createTopics(List.of(new NewTopic(REPLIES, 1, replication))).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no reply topic", e.getCause());
        }
        return new KafkaCallers(log, replication);
    }

    /// Sends a request and waits for the log's acknowledgement.
    void ask(String marker, Tenant tenant, Duration deadline) throws InterruptedException {
        String topic = log.topics().inferenceRequests().name();
        Instant now = Instant.now();
        InferenceRequest request =
                InferenceRequest.newBuilder()
                        .setRequestId(UUID.randomUUID())
                        .setTenant(tenant.id())
                        .setOperation(Operation.CHAT_COMPLETION)
                        .setBody(
                                ByteBuffer.wrap(
                                        Bodies.chat(marker, false)
                                                .getBytes(StandardCharsets.UTF_8)))
                        .setCreatedAt(now)
                        .setDeadline(now.plus(deadline))
                        .build();
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, tenant.id(), serializer.serialize(topic, request));
        record.headers()
                .add(
                        new RecordHeader(
                                "kafka_replyTopic", REPLIES.getBytes(StandardCharsets.UTF_8)));
        asked.put(request.getRequestId(), new Asked(marker, now, null));
        try {
            producer.send(record).get(70, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException notTaken) {
            asked.put(
                    request.getRequestId(),
                    new Asked(marker, now, String.valueOf(notTaken.getMessage())));
        }
    }

    /// Whether every request with this prefix has its reply.
    boolean isAnswered(String prefix) {
        return asked.entrySet().stream()
                .filter(entry -> entry.getValue().marker().startsWith(prefix))
                .filter(entry -> entry.getValue().refusal() == null)
                .allMatch(entry -> terminal(entry.getKey()) > 0);
    }

    /// What the callers with this prefix were told.
    List<Told> told(String prefix) {
        return asked.entrySet().stream()
                .filter(entry -> entry.getValue().marker().startsWith(prefix))
                .map(entry -> told(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public void close() {
        follower.close();
        producer.close(Duration.ofSeconds(2));
        serializer.close();
    }

    private Told told(UUID id, Asked asked) {
        String refusal = asked.refusal();
        Arrived first =
                replies.getOrDefault(id, List.of()).stream()
                        .filter(arrived -> isTerminal(arrived.reply()))
                        .findFirst()
                        .orElse(null);
        Verdict verdict;
        String detail;
        if (first != null) {
            verdict = verdict(first.reply(), asked.marker());
            Failure failure = first.reply().getFailure();
            detail = failure == null ? "200" : failure.getStatus() + " " + failure.getCode();
        } else {
            verdict = refusal == null ? Verdict.SILENCE : Verdict.NOT_SENT;
            detail = refusal == null ? "no reply" : refusal;
        }
        return new Told(
                asked.marker(),
                Kind.KAFKA,
                asked.sentAt(),
                first == null ? Instant.now() : first.at(),
                verdict,
                detail,
                null,
                id,
                terminal(id));
    }

    private static Verdict verdict(Reply reply, String marker) {
        if (reply.getKind() == ReplyKind.FAILED) {
            return Verdict.FAILED;
        }
        ByteBuffer body = reply.getBody();
        String text =
                body == null
                        ? ""
                        : JsonMapper.shared()
                                .readTree(
                                        StandardCharsets.UTF_8.decode(body.duplicate()).toString())
                                .at("/choices/0/message/content")
                                .asString("");
        return Texts.isAnswer(text, marker) ? Verdict.ANSWERED : Verdict.WRONG;
    }

    private int terminal(UUID id) {
        return (int)
                replies.getOrDefault(id, List.of()).stream()
                        .filter(arrived -> isTerminal(arrived.reply()))
                        .count();
    }

    private static boolean isTerminal(Reply reply) {
        return reply.getKind() == ReplyKind.COMPLETED || reply.getKind() == ReplyKind.FAILED;
    }
}
