package dev.millrace.standalone;

import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the embedded broker's partitions of requests, dispatches, reroutes and attempts below a
/// size by deleting what every service has read, and nothing else: a bound of Kafka's own would
/// delete a backlog that was accepted and not yet served. Looks every [#INTERVAL].
final class SizeBound implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SizeBound.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final String OUR_GROUPS = "millrace";

    private final KafkaLog log;
    private final long maxPartitionBytes;
    private final Admin admin;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("size-bound").daemon().factory());

    private SizeBound(KafkaLog log, long maxPartitionBytes) {
        this.log = log;
        this.maxPartitionBytes = maxPartitionBytes;
        this.admin = log.admin();
    }

    /// Starts to look.
    ///
    /// @param maxPartitionBytes of each partition; one that holds more unread stays larger
    static SizeBound start(KafkaLog log, long maxPartitionBytes) {
        SizeBound bound = new SizeBound(log, maxPartitionBytes);
        bound.timer.scheduleWithFixedDelay(
                bound::trimOrTell, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return bound;
    }

    /// Looks once.
    ///
    /// @throws ExecutionException if the broker refuses
    void trim() throws ExecutionException, InterruptedException {
        Collection<TopicPartition> large = large();
        if (large.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> read = read();
        Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
        for (TopicPartition partition : large) {
            Long offset = read.get(partition);
            if (offset != null) {
                deletions.put(partition, RecordsToDelete.beforeOffset(offset));
            }
        }
        admin.deleteRecords(deletions).all().get();
        LOG.info("event=read_records_deleted partitions={}", deletions.keySet());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        admin.close(Duration.ofSeconds(2));
    }

    private void trimOrTell() {
        try {
            trim();
        } catch (ExecutionException | RuntimeException e) {
            LOG.warn("event=size_not_bounded reason=\"{}\"", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<TopicPartition> large() throws ExecutionException, InterruptedException {
        List<Integer> brokers =
                admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
        return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
                .flatMap(folders -> folders.values().stream())
                .map(LogDirDescription::replicaInfos)
                .flatMap(replicas -> replicas.entrySet().stream())
                .filter(replica -> replica.getValue().size() > maxPartitionBytes)
                .map(Map.Entry::getKey)
                .filter(partition -> log.topics().mayHoldUnread(partition.topic()))
                .toList();
    }

    /// The offset before which every one of our groups has read a partition.
    private Map<TopicPartition, Long> read() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> read = new HashMap<>();
        for (GroupListing group : admin.listGroups().all().get()) {
            if (group.groupId().startsWith(OUR_GROUPS)) {
                Map<TopicPartition, OffsetAndMetadata> committed =
                        admin.listConsumerGroupOffsets(group.groupId())
                                .partitionsToOffsetAndMetadata()
                                .get();
                committed.forEach((partition, offset) -> {
                    if (offset != null) {
                        read.merge(partition, offset.offset(), Math::min);
                    }
                });
            }
        }
        return read;
    }
}
