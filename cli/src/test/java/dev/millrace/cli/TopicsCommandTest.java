package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsCommandTest {

    private static final Topics TOPICS = new Topics(TopicLayout.embedded(1 << 26));

    @TempDir Path data;

    @Test
    void topics_are_shown_with_what_is_in_them() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
            // Given some of the topics, one with three records
            KafkaLog log =
                    new KafkaLog(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            TOPICS,
                            RecordSerdes.builtIn());
            List<Topic<?>> created = new ArrayList<>(TOPICS.dispatches("openai"));
            created.add(TOPICS.attempts());
            created.add(TOPICS.cancellations());
            try (Admin admin = log.admin();
                    Producer<String, byte[]> producer = log.producer("test", Map.of())) {
                TopicCreation.ensure(admin, created);
                for (String tenant : List.of("a", "b", "c")) {
                    producer.send(
                                    new ProducerRecord<>(
                                            TOPICS.attempts().name(), tenant, new byte[] {1}))
                            .get();
                }
            }

            // When somebody asks
            Shell.Ran ran =
                    new Shell()
                            .with("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers())
                            .run("topics");

            // Then each is a line
            assertThat(ran.err()).isEmpty();
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out().lines().map(line -> line.replaceAll(" {2,}", " | ")))
                    .contains(
                            "llm.attempts | 2 | 3 | 90 d | start and end of every provider call",
                            "llm.cancellations | 1 | 0 | newest of each key, 7 d | cancelled requests",
                            "llm.charges | - | - | not created | what each attempt costs",
                            "llm.dispatches.openai.interactive | 2 | 0 | 7 d | interactive requests"
                                    + " for openai",
                            "llm.dispatches.openai.batch | 2 | 0 | 7 d | batch requests for openai");
        }
    }

    @Test
    void every_topic_of_the_catalogue_has_its_phrase() {
        TopicPurposes purposes = new TopicPurposes(TOPICS);

        assertThat(TOPICS.fixed())
                .allSatisfy(
                        topic -> assertThat(purposes.of(topic.name())).doesNotContain("catalogue"));
    }

    @Test
    void no_broker_is_one_line() throws Exception {
        String address;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + socket.getLocalPort();
        }

        assertThat(new Shell().run("topics", "--bootstrap-servers", address))
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "",
                                "millrace: cannot reach Kafka at "
                                        + address
                                        + ": no broker answered within 5 s; is it running? start it"
                                        + " with: millrace up\n"));
    }

    @Test
    void what_is_no_address_is_wrong_usage() {
        Shell.Ran ran = new Shell().run("topics", "--bootstrap-servers", "nonsense");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("millrace: cannot connect to Kafka at nonsense");
    }
}
