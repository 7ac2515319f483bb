import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.serde.RecordSerdes;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Runs in a JVM of its own, with Confluent's classes before ours: sends a request whose bytes
/// Confluent's serializer wrote, and waits for its charge, which Confluent's deserializer reads.
/// Arguments: brokers, registry, reply topic.
class ConfluentClient {

    public static void main(String[] args) throws Exception {
        Map<String, Object> registry =
                Map.of(
                        "schema.registry.url", args[1],
                        "auto.register.schemas", false,
                        "avro.remove.java.properties", true,
                        RecordSerdes.SERIALIZER, "io.confluent.kafka.serializers.KafkaAvroSerializer",
                        RecordSerdes.DESERIALIZER, "io.confluent.kafka.serializers.KafkaAvroDeserializer");
        UUID request = send(args[0], args[2], registry);
        read(args[0], registry, request);
    }

    private static UUID send(String brokers, String replies, Map<String, Object> registry) throws Exception {
        String topic = "llm.inference-requests";
        String body = "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        InferenceRequest request =
                InferenceRequest.newBuilder()
                        .setRequestId(UUID.randomUUID())
                        .setOperation(Operation.CHAT_COMPLETION)
                        .setBody(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)))
                        .setCreatedAt(Instant.now())
                        .build();
        byte[] bytes = RecordSerdes.configured(registry).<InferenceRequest>serializer().serialize(topic, request);
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", brokers),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, "default", bytes);
            record.headers().add("kafka_replyTopic", replies.getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
        }
        return request.getRequestId();
    }

    private static void read(String brokers, Map<String, Object> registry, UUID request) {
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
        deserializer.configure(registry, false);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        deserializer)) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor("llm.charges").stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                for (ConsumerRecord<String, Object> record : consumer.poll(Duration.ofSeconds(1))) {
                    GenericRecord charge = (GenericRecord) record.value();
                    if (charge.get("request_id").toString().equals(request.toString())) {
                        System.out.println("charge " + charge.get("provider") + " " + charge.get("currency"));
                        return;
                    }
                }
            }
        }
    }
}
