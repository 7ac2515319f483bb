package dev.millrace.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates the topics that are missing. The brokers never create one by themselves.
public final class TopicCreation {
    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);

    private static final Duration KNOWN_WITHIN = Duration.ofMinutes(1);
    private static final Duration LED_WITHIN = Duration.ofSeconds(10);
    private static final Duration KNOWN_AGAIN = Duration.ofMillis(20);

    private TopicCreation() {}

    /// Creates those of `topics` that do not exist; returns when the cluster tells of them all and
    /// their leaders lead, or have not for ten seconds. The cluster has taken a topic a moment
    /// before its brokers know of it, and a Streams topology that starts in between fails. A broker
    /// tells of a topic a moment before it leads it, and an idempotent producer that sends in
    /// between can be stuck: its first batch is refused, its second is taken because nothing is
    /// known of its sequence yet, and the first is out of order for ever. Doing it again, or at the
    /// same time as another instance, changes nothing.
    ///
    /// @throws KafkaException if the cluster refuses or does not answer
    /// @throws InterruptedException if interrupted while waiting
    public static void ensure(Admin admin, Collection<? extends Topic<?>> topics)
            throws InterruptedException {
        try {
            Set<String> existing = existing(admin);
            CreateTopicsResult created =
                    admin.createTopics(
                            topics.stream()
                                    .filter(topic -> !existing.contains(topic.name()))
                                    .map(Topic::toNewTopic)
                                    .collect(Collectors.toList()));
            for (Map.Entry<String, KafkaFuture<Void>> entry : created.values().entrySet()) {
                await(entry.getKey(), entry.getValue());
            }
            awaitKnown(admin, created.values().keySet());
            awaitLed(admin, topics.stream().map(Topic::name).collect(Collectors.toSet()));
        } catch (ExecutionException e) {
            throw new KafkaException("cannot list the topics", e.getCause());
        }
    }

    /// Only a partition's leader knows where it ends. Partitions that stay without a leader keep
    /// nobody from starting: what is sent to them waits.
    private static void awaitLed(Admin admin, Set<String> names)
            throws ExecutionException, InterruptedException {
        long begin = System.nanoTime();
        while (!areLed(admin, names)) {
            if (System.nanoTime() - begin > LED_WITHIN.toNanos()) {
                log.warn("event=topics_without_leader seconds={}", LED_WITHIN.toSeconds());
                return;
            }
            Thread.sleep(KNOWN_AGAIN);
        }
    }

    private static boolean areLed(Admin admin, Set<String> names)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        try {
            for (TopicDescription topic :
                    admin.describeTopics(names).allTopicNames().get().values()) {
                for (TopicPartitionInfo partition : topic.partitions()) {
                    ends.put(
                            new TopicPartition(topic.name(), partition.partition()),
                            OffsetSpec.latest());
                }
            }
            int patience = (int) LED_WITHIN.toMillis();
            admin.listOffsets(ends, new ListOffsetsOptions().timeoutMs(patience)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw e;
        }
    }

    private static Set<String> existing(Admin admin)
            throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }

    private static void awaitKnown(Admin admin, Set<String> names)
            throws ExecutionException, InterruptedException {
        long begin = System.nanoTime();
        while (!names.isEmpty() && !existing(admin).containsAll(names)) {
            if (System.nanoTime() - begin > KNOWN_WITHIN.toNanos()) {
                throw new KafkaException(
                        "the brokers do not know of the topics after "
                                + KNOWN_WITHIN.toSeconds()
                                + " s: "
                                + names);
            }
            Thread.sleep(KNOWN_AGAIN);
        }
    }

    private static void await(String name, KafkaFuture<Void> created) throws InterruptedException {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("cannot create topic " + name, e.getCause());
            }
        }
    }
}
