package dev.millrace.ingress.kafka;

import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.ingress.costs.Bucket;
import dev.millrace.ingress.costs.CostRow;
import dev.millrace.ingress.costs.CostSource;
import dev.millrace.ingress.costs.Drift;
import dev.millrace.ingress.costs.LabelledCosts;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects the ingress to its log, on a thread of its own, for as long as it takes: creates the
/// topics that are missing, fixes the reply position, reads the configuration, the heartbeats, the
/// kept results and the costs. Afterwards it watches over the readers. Thread-safe.
public final class LogConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogConnection.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration WATCH = Duration.ofSeconds(2);
    private static final int ASK_MILLIS = 30_000;
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final KafkaLog log;
    private final ReplyReader replies;
    private final Heartbeats heartbeats;
    private final LiveServices services;
    private final KeptView kept;
    private final InstantSource clock;
    private final Consumer<Snapshot> onConfiguration;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("ingress-connect").daemon().unstarted(this::run);
    private @Nullable ConfigurationFollower configuration;
    private @Nullable TopicFollower<ServiceStatus> status;
    private volatile boolean heardAll;
    private volatile @Nullable CostViews costs;
    private volatile @Nullable DriftView drift;

    /// @param onConfiguration told of the configuration once it has been read, and of every change
    public LogConnection(
            KafkaLog log,
            ReplyReader replies,
            Heartbeats heartbeats,
            LiveServices services,
            KeptView kept,
            InstantSource clock,
            Consumer<Snapshot> onConfiguration) {
        this.log = log;
        this.replies = replies;
        this.heartbeats = heartbeats;
        this.services = services;
        this.kept = kept;
        this.clock = clock;
        this.onConfiguration = onConfiguration;
    }

    /// Starts to connect; returns at once.
    public void start() {
        thread.start();
    }

    /// The costs; none are read while the connection is made.
    public CostSource costSource() {
        return new CostSource() {
            @Override
            public Optional<Collection<CostRow>> totals(Bucket bucket) {
                return Optional.ofNullable(costs).flatMap(views -> views.totals(bucket));
            }

            @Override
            public Optional<LabelledCosts> labelled(Bucket bucket) {
                return Optional.ofNullable(costs).flatMap(views -> views.labelled(bucket));
            }
        };
    }

    /// What the latest checks of the costs came to, by partition; none are known while the
    /// connection is made.
    public Map<Integer, Drift> drift() {
        DriftView checks = drift;
        return checks == null ? Map.of() : checks.latest();
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean connected = false;
            do {
                if (connected) {
                    watch();
                } else {
                    connected = connect();
                }
            } while (!closing.await((connected ? WATCH : RETRY).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            LOG.debug("event=log_connection_closed");
        } finally {
            closeReaders();
        }
    }

    private boolean connect() throws InterruptedException {
        try {
            prepare();
            status = followStatus();
            kept.start();
            ConfigurationFollower follower = ConfigurationFollower.start(log);
            configuration = follower;
            follower.caughtUp().get();
            onConfiguration.accept(follower.current());
            follower.onChange(onConfiguration);
            status.caughtUp().get();
            heardAll = true;
            costs = new CostViews(log);
            drift = new DriftView(log);
            LOG.info("event=log_connected config_version={}", follower.current().version());
            return true;
        } catch (KafkaException | ExecutionException e) {
            LOG.warn("event=log_not_connected reason=\"{}\"", e.toString());
            closeReaders();
            return false;
        }
    }

    /// Closing an administration client otherwise waits for what it has asked.
    private void prepare() throws InterruptedException {
        Admin admin = Admin.create(log.settings(Map.of("default.api.timeout.ms", ASK_MILLIS)));
        try {
            TopicCreation.ensure(admin, log.topics().fixed());
            if (replies.partition().isEmpty()) {
                replies.start(admin);
                heartbeats.start();
            }
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private void watch() {
        replies.keepRunning();
        TopicFollower<ServiceStatus> follower = status;
        if (follower != null && follower.sinceLastPoll().compareTo(STUCK) > 0) {
            LOG.error("event=status_follower_stuck action=restart");
            follower.close();
            status = followStatus();
        }
    }

    private TopicFollower<ServiceStatus> followStatus() {
        return TopicFollower.start(
                log,
                log.topics().poolStatus(),
                From.BEGINNING,
                Map.of(),
                (instance, beat, offset, time) -> hear(instance, beat, time));
    }

    /// What the topic held at the start may be the last word of the dead: it counts from when it
    /// was written. Later heartbeats count from now, whatever the broker's clock says.
    private void hear(@Nullable String instance, @Nullable ServiceStatus beat, long timestamp) {
        if (instance == null) {
            return;
        }
        if (beat == null) {
            services.gone(instance);
            return;
        }
        Instant now = clock.instant();
        Instant written = Instant.ofEpochMilli(timestamp);
        services.hear(
                StatusRecords.instance(beat), heardAll || written.isAfter(now) ? now : written);
    }

    private void closeReaders() {
        if (configuration != null) {
            configuration.close();
            configuration = null;
        }
        if (status != null) {
            status.close();
            status = null;
        }
        kept.stop();
        CostViews views = costs;
        if (views != null) {
            views.close();
            costs = null;
        }
        DriftView checks = drift;
        if (checks != null) {
            checks.close();
            drift = null;
        }
    }
}
