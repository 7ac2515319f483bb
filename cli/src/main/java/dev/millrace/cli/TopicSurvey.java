package dev.millrace.cli;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// Looks at the topics of a cluster.
final class TopicSurvey {

    private final Admin admin;
    private final KafkaAccess kafka;

    /// @param admin the caller's to close
    /// @param kafka the cluster that it asks
    TopicSurvey(Admin admin, KafkaAccess kafka) {
        this.admin = admin;
        this.kafka = kafka;
    }

    /// The topics whose names start with a prefix, by name.
    ///
    /// @throws CommandFailure if the cluster cannot be asked
    Map<String, TopicState> take(String prefix) throws InterruptedException {
        Set<String> names =
                kafka.await(admin.listTopics().names()).stream()
                        .filter(name -> name.startsWith(prefix))
                        .collect(Collectors.toSet());
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, TopicDescription> topics =
                kafka.await(admin.describeTopics(names).allTopicNames());
        Map<String, Config> configs = configs(names);
        Map<String, Long> records = records(topics.values());
        Map<String, TopicState> states = new TreeMap<>();
        topics.forEach((name, topic) -> {
            String age = setting(configs.get(name), "retention.ms");
            String policy = setting(configs.get(name), "cleanup.policy");
            states.put(
                    name,
                    new TopicState(
                            topic.partitions().size(),
                            records.getOrDefault(name, 0L),
                            policy.contains("delete") ? age(age) : null,
                            policy.contains("compact")));
        });
        return states;
    }

    private Map<String, Config> configs(Collection<String> names) throws InterruptedException {
        List<ConfigResource> resources =
                names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        Map<String, Config> configs = new HashMap<>();
        kafka.await(admin.describeConfigs(resources).all())
                .forEach((resource, config) -> configs.put(resource.name(), config));
        return configs;
    }

    private Map<String, Long> records(Collection<TopicDescription> topics)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> beginnings = new HashMap<>();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicDescription topic : topics) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                beginnings.put(new TopicPartition(topic.name(), i), OffsetSpec.earliest());
                ends.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        Map<String, Long> records = new HashMap<>();
        add(records, ends, 1);
        add(records, beginnings, -1);
        return records;
    }

    private void add(Map<String, Long> records, Map<TopicPartition, OffsetSpec> specs, int factor)
            throws InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> offsets =
                kafka.await(admin.listOffsets(specs).all());
        offsets.forEach((partition, found) ->
                records.merge(partition.topic(), factor * found.offset(), Long::sum));
    }

    private static String setting(@Nullable Config config, String name) {
        ConfigEntry entry = config == null ? null : config.get(name);
        String value = entry == null ? null : entry.value();
        return value == null ? "" : value;
    }

    private static @Nullable Duration age(String milliseconds) {
        return milliseconds.matches("\\d{1,18}")
                ? Duration.ofMillis(Long.parseLong(milliseconds))
                : null;
    }
}
