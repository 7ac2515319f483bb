package dev.millrace.topology;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts topologies, each as a Kafka Streams application of its own.
public final class TopologyStreams {

    private static final Logger LOG = LoggerFactory.getLogger(TopologyStreams.class);
    private static final Duration ABANDON = Duration.ofSeconds(10);
    private static final int SMALL_SEGMENT_BYTES = 16 * 1024 * 1024;

    /// What a killed instance had written and not committed keeps its successor, and whoever reads
    /// only what is committed, waiting for this long: not longer than the group waits for it.
    private static final Duration TRANSACTION = Duration.ofSeconds(5);

    /// Files that were left alone for longer are not taken up again: changelogs forget after a day
    /// what was deleted (`delete.retention.ms`), and old files would bring it back.
    private static final Duration OLDEST_FILES = Duration.ofHours(12);

    private TopologyStreams() {}

    /// The settings that every topology has; what they do not name is Kafka's default. To be
    /// completed by the topology's own.
    ///
    /// @param application the application's id, which names its group, its folder and its
    ///   changelogs
    /// @param instance the client's id
    /// @param stateFolder where Kafka Streams keeps its files, in a folder for each application
    /// @param sessionTimeout after which the group gives a silent instance's partitions to another
    public static Map<String, Object> settings(
            KafkaLog log,
            String application,
            String instance,
            Path stateFolder,
            Duration sessionTimeout) {
        TopicLayout layout = log.topics().layout();
        Map<String, Object> all = new HashMap<>(log.clientSettings());
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        all.put(StreamsConfig.CLIENT_ID_CONFIG, instance);
        all.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) layout.replication());
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        all.put(StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG, OLDEST_FILES.toMillis());
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        int session = (int) sessionTimeout.toMillis();
        all.put(StreamsConfig.consumerPrefix("session.timeout.ms"), session);
        all.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), session / 3);
        all.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        all.put(StreamsConfig.producerPrefix("linger.ms"), 0);
        all.put(StreamsConfig.producerPrefix("acks"), "all");
        all.put(StreamsConfig.producerPrefix("max.request.size"), layout.maxRecordBytes());
        changelog(all, layout);
        return all;
    }

    /// Makes a topology's settings exactly-once.
    ///
    /// @param commitInterval after which at the latest its decisions are visible
    public static void exactlyOnce(Map<String, Object> settings, Duration commitInterval) {
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        settings.put(
                StreamsConfig.producerPrefix("transaction.timeout.ms"),
                (int) TRANSACTION.toMillis());
    }

    /// Starts a topology. A thread that fails is replaced. Files of a former start that cannot be
    /// opened are deleted: what they held is in the changelogs.
    ///
    /// @param topology makes the topology; each call makes a new one
    /// @throws org.apache.kafka.common.KafkaException if it cannot be started
    public static KafkaStreams start(Supplier<Topology> topology, Map<String, Object> settings) {
        KafkaStreams streams = create(topology, settings);
        try {
            streams.start();
            return streams;
        } catch (ProcessorStateException unreadable) {
            LOG.warn(
                    "event=state_unreadable application={} reason=\"{}\"",
                    settings.get(StreamsConfig.APPLICATION_ID_CONFIG),
                    unreadable.getMessage());
            streams.close(ABANDON);
            KafkaStreams anew = create(topology, settings);
            anew.cleanUp();
            anew.start();
            return anew;
        }
    }

    private static KafkaStreams create(Supplier<Topology> topology, Map<String, Object> settings) {
        KafkaStreams streams = new KafkaStreams(topology.get(), new StreamsConfig(settings));
        streams.setUncaughtExceptionHandler(error -> {
            LOG.error(
                    "event=stream_thread_failed application={}",
                    settings.get(StreamsConfig.APPLICATION_ID_CONFIG),
                    error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        return streams;
    }

    /// The changelogs are compacted early, and in an embedded layout in small pieces, so that a
    /// restore reads little that is outdated.
    private static void changelog(Map<String, Object> all, TopicLayout layout) {
        all.put(
                StreamsConfig.topicPrefix("max.message.bytes"),
                Integer.toString(layout.maxRecordBytes()));
        all.put(
                StreamsConfig.topicPrefix("min.insync.replicas"),
                Integer.toString(layout.minInSyncReplicas()));
        all.put(StreamsConfig.topicPrefix("min.cleanable.dirty.ratio"), "0.2");
        all.put(
                StreamsConfig.topicPrefix("segment.ms"),
                Long.toString(Duration.ofHours(1).toMillis()));
        if (layout.maxPartitionBytes() != null) {
            all.put(
                    StreamsConfig.topicPrefix("segment.bytes"),
                    Integer.toString(SMALL_SEGMENT_BYTES));
        }
    }
}
