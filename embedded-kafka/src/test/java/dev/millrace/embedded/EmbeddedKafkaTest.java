package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

    @TempDir Path data;

    @Test
    void records_survive_a_restart_on_another_port() throws Exception {
        // Given a record on the log
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
                Admin admin = Admin.create(client(kafka));
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                client(kafka), new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
            producer.send(new ProducerRecord<>("kept", "key", "value")).get();
        }

        // When the broker starts again
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
                KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(
                                client(kafka),
                                new StringDeserializer(),
                                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("kept", 0)));
            consumer.seekToBeginning(consumer.assignment());

            // Then it is there
            assertThat(consumer.poll(Duration.ofSeconds(30)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isEqualTo("value"));
        }
    }

    @Test
    void a_second_broker_on_the_same_folder_is_refused() throws Exception {
        try (EmbeddedKafka running = EmbeddedKafka.start(data, 0)) {
            assertThat(running.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedKafka.start(data, 0))
                    .isInstanceOf(DataFolderInUse.class)
                    .hasMessageContaining(data.toString());
        }
    }

    private static Map<String, Object> client(EmbeddedKafka kafka) {
        // A consumer that is closed waits for its last fetch.
        return Map.of("bootstrap.servers", kafka.bootstrapServers(), "fetch.max.wait.ms", 20);
    }
}
