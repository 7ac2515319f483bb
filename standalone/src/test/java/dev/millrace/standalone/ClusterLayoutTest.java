package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLayoutTest {

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder, RunningMillrace.freePort());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @AfterEach
    void deleteTopics() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(topics(admin)).all().get();
            await().until(() -> topics(admin).isEmpty());
        }
    }

    @Test
    void topics_that_are_there_say_how_others_are_laid_out() throws Exception {
        TopicLayout first = layout(Map.of(ClusterLayout.PARTITIONS, "3"));
        assertThat(first.partitions()).isEqualTo(3);
        awaitTopics(first);

        TopicLayout found = layout(Map.of(ClusterLayout.PARTITIONS, "5"));

        assertThat(found.partitions()).isEqualTo(3);
        assertThat(found.replyPartitions()).isEqualTo(3);
        assertThat(found.replication()).isEqualTo((short) 1);
        assertThat(found.minInSyncReplicas()).isEqualTo(1);
    }

    @Test
    void one_broker_gets_one_replica_and_never_less_than_it_was_asked_for() throws Exception {
        assertThatThrownBy(() -> layout(Map.of(ClusterLayout.REPLICATION, "3")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("cannot create");

        TopicLayout layout = layout(Map.of());

        assertThat(layout.partitions()).isEqualTo(TopicLayout.cluster().partitions());
        assertThat(layout.replication()).isEqualTo((short) 1);
    }

    @Test
    void a_layout_that_cannot_be_is_refused_by_name() {
        assertThatThrownBy(() -> layout(Map.of(ClusterLayout.PARTITIONS, "many")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(ClusterLayout.PARTITIONS);
        assertThatThrownBy(() ->
                        layout(
                                Map.of(
                                        ClusterLayout.REPLICATION,
                                        "1",
                                        ClusterLayout.MIN_IN_SYNC,
                                        "2")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("in-sync");
    }

    /// The broker tells of topics a moment after it took them.
    private static void awaitTopics(TopicLayout layout) {
        List<String> names = new Topics(layout).fixed().stream().map(Topic::name).toList();
        try (Admin admin = admin()) {
            await().until(() -> topics(admin).containsAll(names));
        }
    }

    private static Set<String> topics(Admin admin) throws Exception {
        return admin.listTopics().names().get();
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private TopicLayout layout(Map<String, String> environment) throws InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        try (LogConnection connection = LogConnection.toCluster(all)) {
            return connection.log().topics().layout();
        }
    }
}
