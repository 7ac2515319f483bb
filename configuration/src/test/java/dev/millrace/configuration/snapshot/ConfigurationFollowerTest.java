package dev.millrace.configuration.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFollowerTest {

    private static final String ONE = "providers: [ { name: one, kind: ollama } ]\n";
    private static final String TWO = "providers: [ { name: two, kind: ollama } ]\n";

    @TempDir Path data;

    @Test
    void a_published_document_reaches_every_follower_and_a_lost_race_none() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
            KafkaLog log =
                    new KafkaLog(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            new Topics(TopicLayout.embedded(1 << 26)),
                            RecordSerdes.builtIn());
            try (Admin admin = log.admin()) {
                TopicCreation.ensure(admin, List.of(log.topics().config()));
            }
            ConfigurationPublisher publisher =
                    new ConfigurationPublisher(log, InstantSource.system());
            try (ConfigurationFollower early = ConfigurationFollower.start(log)) {
                // Given a snapshot that replaces none
                assertThat(publisher.publish(ONE, Snapshot.NONE, "test")).isEqualTo(1);
                await().until(() -> early.current().version() == 1);

                // When another one that replaces none comes too late, and one that replaces the
                // first
                publisher.publish(TWO, Snapshot.NONE, "test");
                assertThat(early.current().configuration().provider("one")).isPresent();
                assertThat(publisher.publish(TWO, early.current(), "test")).isEqualTo(2);

                // Then everybody has the second, also who comes later
                await().until(() -> early.current().version() == 2);
                try (ConfigurationFollower late = ConfigurationFollower.start(log)) {
                    late.caughtUp().get(30, TimeUnit.SECONDS);
                    assertThat(late.current().document()).isEqualTo(early.current().document());
                    assertThat(late.current().configuration().provider("two")).isPresent();
                }

                // And the same document again is no new version, nor is an invalid one
                assertThat(publisher.publish(TWO, early.current(), "test")).isEqualTo(2);
                assertThatThrownBy(() -> publisher.publish("nonsense: 1", early.current(), "test"))
                        .isInstanceOf(InvalidDocument.class);
            }
        }
    }
}
