package dev.millrace.router;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topology.TopologyStreams;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/// Starts the topologies of a router instance, each as a Kafka Streams application of its own.
final class RouterStreams {

    private static final int FETCH_BYTES = 8 * 1024 * 1024;

    private RouterStreams() {}

    /// At-least-once, because exactly-once adds its commit interval to every request, and no
    /// lingering for the same reason (docs/decisions/005).
    static KafkaStreams route(Supplier<Topology> topology, KafkaLog log, RouterSettings settings) {
        Map<String, Object> all = shared("millrace-router", settings.instance(), log, settings);
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(
                StreamsConfig.consumerPrefix("max.partition.fetch.bytes"),
                log.topics().layout().maxRecordBytes());
        return TopologyStreams.start(topology, all);
    }

    /// Exactly once, because it alone decides what a request's outcome is. A waiting caller waits
    /// for the commit, so it comes soon, and no poll lasts longer than that. What is read ahead is
    /// bounded: a part of an outcome has up to half a megabyte.
    static KafkaStreams decideOutcomes(
            Supplier<Topology> topology, KafkaLog log, RouterSettings settings) {
        Map<String, Object> all =
                shared("millrace-outcomes", settings.instance() + "-outcomes", log, settings);
        TopologyStreams.exactlyOnce(all, Duration.ofMillis(25));
        all.put(StreamsConfig.POLL_MS_CONFIG, 25);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 64);
        all.put(StreamsConfig.consumerPrefix("max.poll.records"), 64);
        all.put(StreamsConfig.consumerPrefix("fetch.max.bytes"), FETCH_BYTES);
        return TopologyStreams.start(topology, all);
    }

    private static Map<String, Object> shared(
            String application, String client, KafkaLog log, RouterSettings settings) {
        Map<String, Object> all =
                TopologyStreams.settings(
                        log,
                        application,
                        client,
                        settings.stateFolder(),
                        settings.sessionTimeout());
        // Where another instance can be, it has a copy of the state and takes over at once.
        all.put(
                StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
                log.topics().layout().replication() > 1 ? 1 : 0);
        // A static member that comes back within the session gets its partitions at once.
        all.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), settings.instance());
        return all;
    }
}
