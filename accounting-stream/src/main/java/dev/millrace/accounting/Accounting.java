package dev.millrace.accounting;

import dev.millrace.accounting.stream.AccountingLinks;
import dev.millrace.accounting.stream.AccountingTopology;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.Heartbeat;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topology.TopologyStreams;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/// A running accounting instance.
public final class Accounting implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(10);

    private final FollowedPrices prices;
    private final FollowedRebuilds rebuilds;
    private final KafkaStreams streams;
    private final Heartbeat heartbeat;

    private Accounting(
            FollowedPrices prices,
            FollowedRebuilds rebuilds,
            KafkaStreams streams,
            Heartbeat heartbeat) {
        this.prices = prices;
        this.rebuilds = rebuilds;
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
        FollowedRebuilds rebuilds = FollowedRebuilds.start(log);
        AccountingLinks links =
                new AccountingLinks(
                        log.topics(),
                        log.serdes(),
                        prices,
                        new ChargeTopicHistory(log),
                        clock,
                        settings.instance(),
                        settings.grace(),
                        settings.window(),
                        rebuilds,
                        settings.checkEvery(),
                        settings.mostLabelValues());
        KafkaStreams streams = startStreams(links, config(log, settings), prices, rebuilds);
        Heartbeat heartbeat =
                Heartbeat.start(
                        log,
                        settings.instance(),
                        ServiceRole.ACCOUNTING,
                        clock,
                        () -> streams.state() == KafkaStreams.State.RUNNING,
                        prices::version,
                        List::of);
        return new Accounting(prices, rebuilds, streams, heartbeat);
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
        rebuilds.close();
        prices.close();
    }

    private static KafkaStreams startStreams(
            AccountingLinks links,
            Map<String, Object> config,
            FollowedPrices prices,
            FollowedRebuilds rebuilds) {
        try {
            return TopologyStreams.start(() -> AccountingTopology.build(links), config);
        } catch (KafkaException e) {
            rebuilds.close();
            prices.close();
            throw e;
        }
    }

    /// Exactly once, with a commit interval that makes a charge visible within a fraction of a
    /// second: commits are a good part of the work where little is charged. Records linger for
    /// longer than they otherwise would, in fewer requests: nobody sees them before the commit,
    /// which sends what is left at once. One request is under way at a time: while the broker still
    /// ends one transaction, it refuses the first records of the next for a moment
    /// (`CONCURRENT_TRANSACTIONS`), and what follows them then, with an error, for not following.
    private static Map<String, Object> config(KafkaLog log, AccountingSettings settings) {
        Map<String, Object> all =
                TopologyStreams.settings(
                        log,
                        "millrace-accounting",
                        settings.instance(),
                        settings.stateFolder(),
                        settings.sessionTimeout());
        TopologyStreams.exactlyOnce(all, Duration.ofMillis(200));
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        all.put(StreamsConfig.restoreConsumerPrefix("max.poll.records"), 5_000);
        all.put(StreamsConfig.producerPrefix("linger.ms"), 100);
        all.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
        all.put(StreamsConfig.producerPrefix("max.in.flight.requests.per.connection"), 1);
        all.put(StreamsConfig.mainConsumerPrefix("max.poll.records"), 5_000);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
        return all;
    }
}
