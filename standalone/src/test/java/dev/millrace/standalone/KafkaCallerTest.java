package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;
import org.springframework.kafka.requestreply.RequestReplyFuture;

/// Services that call over Kafka alone: Spring Kafka's own request-reply template, unmodified, and
/// clients that get it wrong.
@ResourceLock(SharedMillrace.LOCK)
class KafkaCallerTest {

    private static final String REPLIES = "replies.my-service";

    private static RunningMillrace millrace;
    private static KafkaLog log;

    @BeforeAll
    static void start() throws Exception {
        millrace = SharedMillrace.running();
        log = millrace.log();
        try (Admin admin = log.admin()) {
            admin.createTopics(List.of(new NewTopic(REPLIES, 1, (short) 1))).all().get();
        }
    }

    @Test
    void a_replying_kafka_template_gets_its_reply_by_correlation_id() throws Exception {
        String brokers = millrace.bootstrapServers();
        // example:kafka-caller
        Map<String, Object> settings = new HashMap<>(RecordSerdes.builtIn().clientSettings());
        settings.put("bootstrap.servers", brokers);
        settings.put("key.serializer", StringSerializer.class);
        settings.put("key.deserializer", StringDeserializer.class);
        settings.put("group.id", "my-service");

        var replies =
                new KafkaMessageListenerContainer<>(
                        new DefaultKafkaConsumerFactory<String, Reply>(settings),
                        new ContainerProperties("replies.my-service"));
        var requests = new DefaultKafkaProducerFactory<String, InferenceRequest>(settings);
        var template =
                new ReplyingKafkaTemplate<String, InferenceRequest, Reply>(requests, replies);
        template.start();
        template.waitForAssignment(Duration.ofSeconds(30));

        InferenceRequest request =
                InferenceRequest.newBuilder()
                        .setRequestId(UUID.randomUUID())
                        .setOperation(Operation.CHAT_COMPLETION)
                        .setBody(
                                json(
                                        "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                        .setCreatedAt(Instant.now())
                        .build();
        RequestReplyFuture<String, InferenceRequest, Reply> future =
                template.sendAndReceive(
                        new ProducerRecord<>("llm.inference-requests", "default", request));
        Reply reply = future.get(30, TimeUnit.SECONDS).value();
        // end:kafka-caller

        template.stop();
        template.destroy();
        requests.destroy();
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(reply.getRequestId()).isEqualTo(request.getRequestId());
        assertThat(text(reply.getBody())).contains("\"choices\"");
        assertThat(reply.getUsage().getOutputTokens()).isPositive();
    }

    @Test
    void a_producer_that_hashes_with_crc32_and_one_that_sends_garbage_do_not_stop_the_partition()
            throws Exception {
        // Given readers of the replies and of the dead letters
        Queue<Reply> replies = new ConcurrentLinkedQueue<>();
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        Topics topics = log.topics();
        try (var replyReader =
                        TopicFollower.start(
                                log,
                                CallerRecords.replies(REPLIES),
                                From.END,
                                Map.of(),
                                (key, value, offset, time) -> replies.add(value));
                var letterReader =
                        TopicFollower.start(
                                log,
                                topics.deadLetters(),
                                From.END,
                                Map.of(),
                                (key, value, offset, time) -> letters.add(value));
                Producer<String, byte[]> producer = log.producer("crc32", Map.of())) {
            replyReader.caughtUp().get(30, TimeUnit.SECONDS);
            letterReader.caughtUp().get(30, TimeUnit.SECONDS);

            // When each partition gets garbage and, behind it, a request: half of these are on the
            // partition where another hash function puts them
            String requests = topics.inferenceRequests().name();
            for (int partition = 0;
                    partition < topics.inferenceRequests().partitions();
                    partition++) {
                producer.send(
                                new ProducerRecord<>(
                                        requests, partition, "default", new byte[] {9, 9, 9}))
                        .get();
                producer.send(
                                CallerRecords.record(
                                        log, partition, CallerRecords.question(), REPLIES))
                        .get();
            }

            // Then every request is answered, and every piece of garbage is a dead letter
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> replies.size() == topics.inferenceRequests().partitions());
            assertThat(replies)
                    .allSatisfy(
                            reply -> assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> letters.size() == topics.inferenceRequests().partitions());
            assertThat(letters)
                    .allSatisfy(letter -> assertThat(letter.getStage()).isEqualTo("router.decode"));
        }
    }

    private static ByteBuffer json(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
