package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// P1 on a small disk: what was read makes room, what was not stays.
class SizeBoundTest {

    private static final int RECORDS = 200;
    private static final long CAP = 100_000;

    @TempDir Path folder;

    @Test
    void a_partition_over_its_size_loses_what_was_read_and_nothing_else() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
            KafkaLog log =
                    new KafkaLog(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            new Topics(TopicLayout.embedded(CAP)),
                            RecordSerdes.builtIn());
            Topic<?> requests = log.topics().inferenceRequests();
            TopicPartition partition = new TopicPartition(requests.name(), 0);
            assertThat(requests.configs()).doesNotContainKey("retention.bytes");
            try (Admin admin = log.admin();
                    SizeBound bound = SizeBound.start(log, CAP)) {
                TopicCreation.ensure(admin, List.of(requests));

                // Given twice as much as the partition may hold, read by nobody of ours
                fill(log, partition);
                commit(log, "somebody-else", partition, RECORDS);
                bound.trim();
                assertThat(start(admin, partition)).isZero();

                // When the router has read three quarters
                commit(log, "millrace-router", partition, 150);
                bound.trim();

                // Then these are gone, and the rest is there
                assertThat(start(admin, partition)).isEqualTo(150);
                assertThat(end(admin, partition)).isEqualTo(RECORDS);
            }
        }
    }

    private static void fill(KafkaLog log, TopicPartition partition) throws Exception {
        try (Producer<String, byte[]> producer = log.producer("fill", Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(
                                new ProducerRecord<>(
                                        partition.topic(),
                                        partition.partition(),
                                        "key",
                                        new byte[1_000]))
                        .get();
            }
        }
    }

    private static void commit(KafkaLog log, String group, TopicPartition partition, long offset) {
        try (Consumer<String, byte[]> consumer = log.consumer(group, Map.of("group.id", group))) {
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
        }
    }

    private static long start(Admin admin, TopicPartition partition) throws Exception {
        return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private static long end(Admin admin, TopicPartition partition) throws Exception {
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
