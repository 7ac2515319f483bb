package dev.millrace.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topology.BrokerLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the changelogs of a new installation are made with.
class ChangelogsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path data;

    @Test
    void changelogs_are_compacted_late_and_the_index_not_before_anything_in_it_can_be_outdated()
            throws Exception {
        try (BrokerLog broker =
                BrokerLog.start(data.resolve("kafka"), TopicLayout.embedded(1 << 26))) {
            new ConfigurationPublisher(broker.log(), InstantSource.system())
                    .publish("providers: []", Snapshot.NONE, "test");
            AccountingSettings settings =
                    AccountingSettings.of("accounting-1", data.resolve("accounting-1"));
            try (Accounting _ = Accounting.start(broker.log(), settings, InstantSource.system());
                    Admin admin = broker.log().admin()) {
                for (String store : List.of("attempts", "costs", "attempt-index")) {
                    Config changelog = changelog(admin, store);
                    assertThat(changelog.get("cleanup.policy").value()).isEqualTo("compact");
                    assertThat(changelog.get("min.cleanable.dirty.ratio").value()).isEqualTo("0.5");
                    assertThat(changelog.get("min.compaction.lag.ms").value())
                            .isEqualTo(store.equals("attempt-index") ? "604800000" : "0");
                }
            }
        }
    }

    private static Config changelog(Admin admin, String store) throws Exception {
        String name = "millrace-accounting-" + store + "-changelog";
        await().atMost(PATIENCE).until(() -> admin.listTopics().names().get().contains(name));
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        return Objects.requireNonNull(admin.describeConfigs(List.of(topic)).all().get().get(topic));
    }
}
