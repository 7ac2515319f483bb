package dev.millrace.standalone;

import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the topics are laid out on a cluster of others: like those that are there already, so that a
/// service that starts while a broker is down creates nothing with fewer replicas. Where there are
/// none, the environment says, and else the number of brokers.
final class ClusterLayout {

    static final String PARTITIONS = "MILLRACE_TOPICS_PARTITIONS";
    static final String REPLICATION = "MILLRACE_TOPICS_REPLICATION";
    static final String MIN_IN_SYNC = "MILLRACE_TOPICS_MIN_INSYNC";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterLayout.class);
    private static final TopicLayout STANDARD = TopicLayout.cluster();
    private static final long PATIENCE_SECONDS = 10;

    private final Admin admin;
    private final Map<String, String> environment;

    private ClusterLayout(Admin admin, Map<String, String> environment) {
        this.admin = admin;
        this.environment = environment;
    }

    /// @throws ExecutionException if the cluster refuses to say
    /// @throws TimeoutException if it does not answer
    /// @throws StartFailure if the environment asks for what cannot be
    static TopicLayout find(Admin admin, Map<String, String> environment)
            throws InterruptedException, ExecutionException, TimeoutException {
        ClusterLayout cluster = new ClusterLayout(admin, environment);
        Optional<TopicLayout> existing = cluster.existing();
        return existing.isPresent() ? existing.get() : cluster.fresh();
    }

    private Optional<TopicLayout> existing()
            throws InterruptedException, ExecutionException, TimeoutException {
        Topics topics = new Topics(STANDARD);
        try {
            TopicDescription requests = describe(topics.inferenceRequests());
            TopicDescription replies = describe(topics.replies());
            return Optional.of(
                    layout(
                            requests.partitions().size(),
                            replies.partitions().size(),
                            requests.partitions().getFirst().replicas().size(),
                            minInSync(requests.name())));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private TopicDescription describe(Topic<?> topic)
            throws InterruptedException, ExecutionException, TimeoutException {
        return await(admin.describeTopics(List.of(topic.name())).allTopicNames())
                .values()
                .iterator()
                .next();
    }

    private int minInSync(String topic)
            throws InterruptedException, ExecutionException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                await(admin.describeConfigs(List.of(resource)).all()).values().iterator().next();
        return Integer.parseInt(config.get("min.insync.replicas").value());
    }

    private TopicLayout fresh() throws InterruptedException, ExecutionException, TimeoutException {
        Collection<?> brokers = await(admin.describeCluster().nodes());
        boolean enough = brokers.size() >= STANDARD.replication();
        int partitions = number(PARTITIONS, STANDARD.partitions());
        int replication = number(REPLICATION, enough ? STANDARD.replication() : 1);
        int minInSync =
                number(MIN_IN_SYNC, Math.clamp(replication - 1, 1, STANDARD.minInSyncReplicas()));
        LOG.info(
                "event=new_topics brokers={} partitions={} replication={} min_insync={}",
                brokers.size(),
                partitions,
                replication,
                minInSync);
        try {
            return layout(partitions, partitions, replication, minInSync);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("MILLRACE_TOPICS_*: " + e.getMessage(), e);
        }
    }

    private static TopicLayout layout(
            int partitions, int replyPartitions, int replication, int minInSync) {
        return new TopicLayout(
                STANDARD.prefix(),
                partitions,
                replyPartitions,
                (short) replication,
                minInSync,
                STANDARD.maxRecordBytes(),
                null);
    }

    private int number(String name, int otherwise) {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            return otherwise;
        }
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new StartFailure(name + " is not a number from 1 to 9999");
        }
        return Integer.parseInt(value);
    }

    private static <T> T await(KafkaFuture<T> asked)
            throws InterruptedException, ExecutionException, TimeoutException {
        return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
