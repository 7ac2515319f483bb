package dev.millrace.router.view;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.router.routing.Pool;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.wire.ReplyTopics;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the routing table current, on a thread of its own: follows the configuration and the
/// pools' heartbeats, and makes sure that a provider's topics exist before a dispatch can name it.
public final class RouterView implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouterView.class);
    private static final long REFRESH_MILLIS = 1_000;

    private final KafkaLog log;
    private final Admin admin;
    private final CallerTopics callerTopics;
    private final PoolView poolView = new PoolView();
    private final ConfigurationFollower configuration;
    private final TopicFollower<ServiceStatus> heartbeats;
    private final Set<String> reachable = new HashSet<>();
    private final Thread refresher;
    private volatile RoutingTable table =
            new RoutingTable(0, Snapshot.NONE.configuration(), Set.of(), List.of());
    private boolean changed;
    private boolean closed;

    private RouterView(KafkaLog log) {
        this.log = log;
        this.admin = log.admin();
        this.callerTopics = new CallerTopics(admin);
        this.configuration = ConfigurationFollower.start(log);
        this.heartbeats =
                TopicFollower.start(
                        log,
                        log.topics().poolStatus(),
                        From.BEGINNING,
                        Map.of(),
                        (instance, status, offset, time) ->
                                hear(instance == null ? "" : instance, status));
        this.refresher = Thread.ofPlatform().name("router-view").daemon().unstarted(this::run);
    }

    /// Starts to follow, and returns when the table holds what the log held at the start.
    ///
    /// @throws KafkaException if the log does not answer in time
    public static RouterView start(KafkaLog log, Duration patience) throws InterruptedException {
        RouterView view = new RouterView(log);
        try {
            view.configuration.caughtUp().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            view.heartbeats.caughtUp().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            view.refresh();
        } catch (ExecutionException | TimeoutException e) {
            view.close();
            throw new KafkaException("the router cannot read the log", e);
        }
        view.configuration.onChange(snapshot -> view.wake());
        view.refresher.start();
        return view;
    }

    /// The table in force.
    public RoutingTable table() {
        return table;
    }

    /// The Kafka callers' reply topics.
    public ReplyTopics replyTopics() {
        return callerTopics;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        refresher.interrupt();
        heartbeats.close();
        configuration.close();
        admin.close(Duration.ofSeconds(2));
    }

    private void hear(String instance, @Nullable ServiceStatus status) {
        poolView.hear(instance, status, System.nanoTime());
        wake();
    }

    private synchronized void wake() {
        changed = true;
        notifyAll();
    }

    private void run() {
        try {
            while (awaitChange()) {
                refresh();
            }
        } catch (InterruptedException e) {
            LOG.debug("event=router_view_stopped");
        }
    }

    private synchronized boolean awaitChange() throws InterruptedException {
        if (!changed && !closed) {
            wait(REFRESH_MILLIS);
        }
        changed = false;
        return !closed;
    }

    private void refresh() throws InterruptedException {
        Snapshot snapshot = configuration.current();
        Collection<Pool> pools = poolView.pools(System.nanoTime());
        Set<String> wanted = new HashSet<>();
        snapshot.configuration().providers().stream().map(Provider::name).forEach(wanted::add);
        pools.stream()
                .map(Pool::provider)
                .filter(name -> Topics.PROVIDER_NAME.matcher(name).matches())
                .forEach(wanted::add);
        try {
            ensureTopics(wanted);
            table =
                    new RoutingTable(
                            snapshot.version(),
                            snapshot.configuration(),
                            Set.copyOf(reachable),
                            pools);
            callerTopics.refresh(snapshot.configuration().defaults().replyTopicPrefix());
        } catch (KafkaException e) {
            LOG.warn("event=router_view_not_refreshed reason=\"{}\"", e.getMessage());
        }
    }

    private void ensureTopics(Set<String> providers) throws InterruptedException {
        List<Topic<?>> missing = new ArrayList<>();
        for (String provider : providers) {
            if (!reachable.contains(provider)) {
                missing.addAll(log.topics().dispatches(provider));
            }
        }
        if (!missing.isEmpty()) {
            TopicCreation.ensure(admin, missing);
            reachable.addAll(providers);
        }
    }
}
