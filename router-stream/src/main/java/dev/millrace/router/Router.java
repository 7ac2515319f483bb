package dev.millrace.router;

import dev.millrace.router.stream.RouterLinks;
import dev.millrace.router.stream.RouterTopology;
import dev.millrace.router.view.RouterView;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.Heartbeat;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running router instance.
public final class Router implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final RouterView view;
    private final KafkaStreams streams;
    private final Heartbeat heartbeat;

    private Router(RouterView view, KafkaStreams streams, Heartbeat heartbeat) {
        this.view = view;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    /// Starts an instance on a log whose fixed topics exist.
    ///
    /// @throws org.apache.kafka.common.KafkaException if the log cannot be read
    public static Router start(KafkaLog log, RouterSettings settings, InstantSource clock)
            throws InterruptedException {
        RouterView view = RouterView.start(log, settings.patience());
        RouterLinks links =
                new RouterLinks(
                        log.topics(),
                        log.serdes(),
                        view::table,
                        view.replyTopics(),
                        clock,
                        settings.instance(),
                        settings.maxBodyBytes(),
                        settings.retryBudget());
        KafkaStreams streams =
                new KafkaStreams(
                        RouterTopology.build(links), new StreamsConfig(config(log, settings)));
        streams.setUncaughtExceptionHandler(error -> {
            LOG.error("event=router_thread_failed", error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        Heartbeat heartbeat =
                Heartbeat.start(
                        log,
                        settings.instance(),
                        ServiceRole.ROUTER,
                        clock,
                        () -> streams.state() == KafkaStreams.State.RUNNING,
                        () -> view.table().configVersion(),
                        List::of);
        return new Router(view, streams, heartbeat);
    }

    /// Stops taking requests; what was taken is routed first.
    @Override
    public void close() {
        heartbeat.close();
        streams.close(STOP);
        view.close();
    }

    /// At-least-once, because exactly-once adds its commit interval to every request, and no
    /// lingering for the same reason (docs/decisions/005).
    private static Map<String, Object> config(KafkaLog log, RouterSettings settings) {
        Map<String, Object> all = new HashMap<>(log.clientSettings());
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-router");
        all.put(StreamsConfig.CLIENT_ID_CONFIG, settings.instance());
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateFolder().toString());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) log.topics().layout().replication());
        // A static member that comes back within the session gets its partitions at once.
        all.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), settings.instance());
        int session = (int) settings.sessionTimeout().toMillis();
        all.put(StreamsConfig.consumerPrefix("session.timeout.ms"), session);
        all.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), session / 3);
        all.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        all.put(
                StreamsConfig.consumerPrefix("max.partition.fetch.bytes"),
                log.topics().layout().maxRecordBytes());
        all.put(StreamsConfig.producerPrefix("linger.ms"), 0);
        all.put(StreamsConfig.producerPrefix("acks"), "all");
        all.put(
                StreamsConfig.producerPrefix("max.request.size"),
                log.topics().layout().maxRecordBytes());
        return all;
    }
}
