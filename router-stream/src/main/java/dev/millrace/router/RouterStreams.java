package dev.millrace.router;

import dev.millrace.router.store.BoundedRocksDb;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the topologies of a router instance, each as a Kafka Streams application of its own,
/// whose files lie in the folder of its name.
final class RouterStreams {

    private static final Logger LOG = LoggerFactory.getLogger(RouterStreams.class);
    private static final String ROUTER = "millrace-router";
    private static final String OUTCOMES = "millrace-outcomes";
    private static final Duration ABANDON = Duration.ofSeconds(5);
    private static final int FETCH_BYTES = 8 * 1024 * 1024;
    private static final int SMALL_SEGMENT_BYTES = 16 * 1024 * 1024;

    private RouterStreams() {}

    /// At-least-once, because exactly-once adds its commit interval to every request, and no
    /// lingering for the same reason (docs/decisions/005).
    static KafkaStreams route(Topology topology, KafkaLog log, RouterSettings settings) {
        Map<String, Object> all = shared(ROUTER, log, settings);
        all.put(StreamsConfig.CLIENT_ID_CONFIG, settings.instance());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(
                StreamsConfig.consumerPrefix("max.partition.fetch.bytes"),
                log.topics().layout().maxRecordBytes());
        return start(ROUTER, topology, all);
    }

    /// Exactly once, because it alone decides what a request's outcome is. A waiting caller waits
    /// for the commit, so it comes soon, and no poll lasts longer than that. What is read ahead is
    /// bounded: a part of an outcome has up to half a megabyte.
    static KafkaStreams decideOutcomes(Topology topology, KafkaLog log, RouterSettings settings) {
        Map<String, Object> all = shared(OUTCOMES, log, settings);
        all.put(StreamsConfig.CLIENT_ID_CONFIG, settings.instance() + "-outcomes");
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 25);
        all.put(StreamsConfig.POLL_MS_CONFIG, 25);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 64);
        all.put(StreamsConfig.consumerPrefix("max.poll.records"), 64);
        all.put(StreamsConfig.consumerPrefix("fetch.max.bytes"), FETCH_BYTES);
        return start(OUTCOMES, topology, all);
    }

    /// Files of a former start that cannot be opened are deleted: what they held is in the
    /// changelogs.
    private static KafkaStreams start(
            String application, Topology topology, Map<String, Object> config) {
        KafkaStreams streams = create(application, topology, config);
        try {
            streams.start();
            return streams;
        } catch (ProcessorStateException unreadable) {
            LOG.warn(
                    "event=state_unreadable application={} reason=\"{}\"",
                    application,
                    unreadable.getMessage());
            streams.close(ABANDON);
            KafkaStreams anew = create(application, topology, config);
            anew.cleanUp();
            anew.start();
            return anew;
        }
    }

    private static KafkaStreams create(
            String application, Topology topology, Map<String, Object> config) {
        KafkaStreams streams = new KafkaStreams(topology, new StreamsConfig(config));
        streams.setUncaughtExceptionHandler(error -> {
            LOG.error("event=router_thread_failed application={}", application, error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        return streams;
    }

    private static Map<String, Object> shared(
            String application, KafkaLog log, RouterSettings settings) {
        TopicLayout layout = log.topics().layout();
        Map<String, Object> all = new HashMap<>(log.clientSettings());
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateFolder().toString());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) layout.replication());
        // Where another instance can be, it has a copy of the state and takes over at once.
        all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, layout.replication() > 1 ? 1 : 0);
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        // A static member that comes back within the session gets its partitions at once.
        all.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), settings.instance());
        int session = (int) settings.sessionTimeout().toMillis();
        all.put(StreamsConfig.consumerPrefix("session.timeout.ms"), session);
        all.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), session / 3);
        all.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        all.put(StreamsConfig.producerPrefix("linger.ms"), 0);
        all.put(StreamsConfig.producerPrefix("acks"), "all");
        all.put(StreamsConfig.producerPrefix("max.request.size"), layout.maxRecordBytes());
        changelog(all, layout);
        return all;
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
