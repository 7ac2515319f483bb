package dev.millrace.standalone;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What a service writes that asks over Kafka, and where it gets its replies.
final class CallerRecords {

    private static final String QUESTION =
            "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private CallerRecords() {}

    static InferenceRequest question() {
        return InferenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID())
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(ByteBuffer.wrap(QUESTION.getBytes(StandardCharsets.UTF_8)))
                .setCreatedAt(Instant.now())
                .build();
    }

    /// @param partition null leaves it to the key
    static ProducerRecord<String, byte[]> record(
            KafkaLog log,
            @Nullable Integer partition,
            InferenceRequest request,
            String replyTopic) {
        String topic = log.topics().inferenceRequests().name();
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(
                        topic,
                        partition,
                        "default",
                        log.serdes().serializer().serialize(topic, request));
        record.headers().add("kafka_replyTopic", replyTopic.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    /// A topic of the caller's own, with one partition.
    static Topic<Reply> replies(String name) {
        return new Topic<>(name, Reply.class, 1, (short) 1, Map.of());
    }
}
