package dev.millrace.accounting;

import dev.millrace.accounting.stream.AccountingLinks;
import dev.millrace.accounting.stream.AccountingTopology;
import dev.millrace.accounting.stream.BoundedRocksDb;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.Heartbeat;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running accounting instance.
public final class Accounting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Accounting.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int SMALL_SEGMENT_BYTES = 16 * 1024 * 1024;

    private final FollowedPrices prices;
    private final KafkaStreams streams;
    private final Heartbeat heartbeat;

    private Accounting(FollowedPrices prices, KafkaStreams streams, Heartbeat heartbeat) {
        this.prices = prices;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    /// Starts an instance on a log whose fixed topics exist, and returns when it knows the
    /// configuration. Its heartbeat starts when its partitions are assigned and restored.
    ///
    /// @param clock tells when an attempt without an end is overdue
    /// @throws KafkaException if the log cannot be read
    public static Accounting start(KafkaLog log, AccountingSettings settings, InstantSource clock)
            throws InterruptedException {
        FollowedPrices prices = FollowedPrices.start(log, settings.patience());
        AccountingLinks links =
                new AccountingLinks(
                        log.topics(),
                        log.serdes(),
                        prices,
                        clock,
                        settings.instance(),
                        settings.grace(),
                        settings.window());
        KafkaStreams streams = startStreams(links, config(log, settings), prices);
        Heartbeat heartbeat =
                Heartbeat.start(
                        log,
                        settings.instance(),
                        ServiceRole.ACCOUNTING,
                        clock,
                        () -> streams.state() == KafkaStreams.State.RUNNING,
                        prices::version,
                        List::of);
        return new Accounting(prices, streams, heartbeat);
    }

    /// Commits what was charged, and stops. The group is left, so that another instance, or this
    /// one started again, takes over at once.
    @Override
    public void close() {
        heartbeat.close();
        streams.close(
                CloseOptions.timeout(STOP)
                        .withGroupMembershipOperation(
                                CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        prices.close();
    }

    private static KafkaStreams startStreams(
            AccountingLinks links, Map<String, Object> config, FollowedPrices prices) {
        try {
            KafkaStreams streams = create(links, config);
            try {
                streams.start();
                return streams;
            } catch (ProcessorStateException unreadable) {
                LOG.warn("event=state_unreadable reason=\"{}\"", unreadable.getMessage());
                streams.close(STOP);
                return startAnew(links, config);
            }
        } catch (KafkaException e) {
            prices.close();
            throw e;
        }
    }

    /// Without the files of a former start: what they held is in the changelogs.
    private static KafkaStreams startAnew(AccountingLinks links, Map<String, Object> config) {
        KafkaStreams streams = create(links, config);
        streams.cleanUp();
        streams.start();
        return streams;
    }

    private static KafkaStreams create(AccountingLinks links, Map<String, Object> config) {
        KafkaStreams streams =
                new KafkaStreams(AccountingTopology.build(links), new StreamsConfig(config));
        streams.setUncaughtExceptionHandler(error -> {
            LOG.error("event=accounting_thread_failed", error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        return streams;
    }

    /// Exactly once, with a commit interval that makes a charge visible within a fraction of a
    /// second.
    private static Map<String, Object> config(KafkaLog log, AccountingSettings settings) {
        TopicLayout layout = log.topics().layout();
        Map<String, Object> all = new HashMap<>(log.clientSettings());
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-accounting");
        all.put(StreamsConfig.CLIENT_ID_CONFIG, settings.instance());
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateFolder().toString());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) layout.replication());
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        int session = (int) settings.sessionTimeout().toMillis();
        all.put(StreamsConfig.consumerPrefix("session.timeout.ms"), session);
        all.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), session / 3);
        all.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        all.put(StreamsConfig.restoreConsumerPrefix("max.poll.records"), 5_000);
        all.put(StreamsConfig.producerPrefix("linger.ms"), 10);
        all.put(StreamsConfig.producerPrefix("acks"), "all");
        all.put(StreamsConfig.producerPrefix("max.request.size"), layout.maxRecordBytes());
        changelog(all, layout);
        return all;
    }

    /// The changelogs hold what the dedupe window holds: they are compacted early, and in an
    /// embedded layout in small pieces, so that a restore reads little that is outdated.
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
