package dev.millrace.topology;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.ConfigSnapshot;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker takes a topic before it tells readers of it: nobody may fall over in between.
class FreshTopicTest {

    @TempDir static Path data;

    private static EmbeddedKafka broker;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedKafka.start(data, 0);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void a_follower_waits_for_its_topic() throws Exception {
        KafkaLog log = log("late.");
        Topic<ConfigSnapshot> topic = log.topics().config();
        BlockingQueue<ConfigSnapshot> seen = new LinkedBlockingQueue<>();
        // Given a follower of a topic that nobody has made
        try (TopicFollower<ConfigSnapshot> follower = follow(log, topic, seen);
                Admin admin = log.admin()) {
            assertThat(follower.caughtUp()).isNotDone();

            // When it is made and written to
            TopicCreation.ensure(admin, List.of(topic));
            ConfigSnapshot snapshot =
                    new ConfigSnapshot(1L, 0L, "providers: []", Instant.EPOCH, "test");
            write(log, topic, snapshot);

            // Then the follower has what was written
            assertThat(seen.poll(30, SECONDS)).isEqualTo(snapshot);
            follower.caughtUp().get(30, SECONDS);
        }
    }

    @Test
    void a_follower_that_waits_for_its_topic_can_be_closed() {
        KafkaLog log = log("never.");
        TopicFollower<ConfigSnapshot> follower =
                follow(log, log.topics().config(), new LinkedBlockingQueue<>());

        follower.close();

        assertThatThrownBy(() -> follower.caughtUp().get(30, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("the follower of never.config has ended");
    }

    @Test
    void the_log_tells_of_the_topics_that_were_just_created() throws Exception {
        for (int i = 0; i < 10; i++) {
            KafkaLog log = log("made-" + i + ".");
            try (Admin admin = log.admin()) {
                TopicCreation.ensure(admin, log.topics().fixed());

                assertThat(admin.listTopics().names().get())
                        .containsAll(log.topics().fixed().stream().map(Topic::name).toList());
            }
        }
    }

    @Test
    void a_topic_that_was_just_created_takes_the_first_record_at_once() throws Exception {
        for (int i = 0; i < 5; i++) {
            KafkaLog log = log("led-" + i + ".", 24);
            Topic<?> topic = log.topics().attempts();
            try (Admin admin = log.admin();
                    Producer<String, byte[]> producer = log.producer("test", Map.of())) {
                TopicCreation.ensure(admin, List.of(topic));
                for (int partition = 0; partition < 24; partition++) {
                    var _ =
                            producer.send(
                                    new ProducerRecord<>(
                                            topic.name(), partition, "key", new byte[1]));
                }
                producer.flush();

                assertThat(refused(producer)).as("batches sent again").isZero();
            }
        }
    }

    private static double refused(Producer<?, ?> producer) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("record-retry-total"))
                .filter(metric -> metric.metricName().group().equals("producer-metrics"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    private static TopicFollower<ConfigSnapshot> follow(
            KafkaLog log, Topic<ConfigSnapshot> topic, BlockingQueue<ConfigSnapshot> seen) {
        return TopicFollower.start(
                log,
                topic,
                TopicFollower.From.BEGINNING,
                Map.of(),
                (key, value, offset, timestamp) -> {
                    if (value != null) {
                        seen.add(value);
                    }
                });
    }

    private static void write(KafkaLog log, Topic<ConfigSnapshot> topic, ConfigSnapshot value)
            throws Exception {
        try (Producer<String, byte[]> producer = log.producer("test", Map.of());
                Serializer<ConfigSnapshot> serializer = log.serdes().serializer()) {
            byte[] bytes = serializer.serialize(topic.name(), value);
            producer.send(new ProducerRecord<>(topic.name(), "key", bytes)).get(30, SECONDS);
        }
    }

    private static KafkaLog log(String prefix) {
        return log(prefix, 1);
    }

    private static KafkaLog log(String prefix, int partitions) {
        return new KafkaLog(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new Topics(new TopicLayout(prefix, partitions, 1, (short) 1, 1, 1 << 20, 1L << 26)),
                RecordSerdes.builtIn());
    }
}
