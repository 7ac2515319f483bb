package dev.millrace.worker.kafka;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.pricebook.PriceBook;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.CancelledRequests;
import dev.millrace.topics.Heartbeat;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.worker.health.ProviderTargets;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.UnusableProvider;
import dev.millrace.worker.quota.QuotaShare;
import dev.millrace.worker.retry.RetryBudget;
import dev.millrace.worker.validation.AnswerForms;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A worker instance: one pool for each provider, as the configuration and the discovery have them,
/// started, reconfigured and retired while it runs. Thread-safe.
public final class Workers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final Duration STUCK = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final KafkaLog kafka;
    private final WorkerSettings settings;
    private final ProviderRegistry registry;
    private final Admin admin;
    private final Outbox outbox;
    private final CancelledRequests cancelled;
    private final ConfigView config = new ConfigView();
    private final PriceBook prices;
    private final RandomGenerator random = new SecureRandom();
    private final CallerTopics callerTopics;
    private final AnswerForms forms = new AnswerForms();
    private final Map<String, WorkerPool> pools = new ConcurrentSkipListMap<>();
    private final Map<String, Provider> discovered = new TreeMap<>();
    private final Heartbeat heartbeat;
    private final ScheduledExecutorService changes =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("workers").daemon().factory());
    private final AtomicBoolean closed = new AtomicBoolean();

    private Workers(KafkaLog kafka, WorkerSettings settings, List<ProviderFactory> factories) {
        this.kafka = kafka;
        this.settings = settings;
        this.registry = new ProviderRegistry(factories, settings.secrets(), settings.clock());
        this.admin = kafka.admin();
        this.outbox = new Outbox(kafka, settings.instance());
        this.cancelled = CancelledRequests.follow(kafka, settings.clock());
        this.prices = PriceBook.start(kafka, config::applied);
        this.callerTopics = new CallerTopics(admin, settings.clock());
        this.heartbeat =
                Heartbeat.start(
                        kafka,
                        settings.instance(),
                        ServiceRole.WORKER,
                        settings.clock(),
                        this::isAlive,
                        () -> config.applied().version(),
                        this::status);
    }

    /// Starts an instance without pools. The fixed topics have to exist.
    ///
    /// @param factories make the providers; each kind once
    public static Workers start(
            KafkaLog kafka, WorkerSettings settings, List<ProviderFactory> factories) {
        Workers workers = new Workers(kafka, settings, factories);
        Duration adoptAfter = settings.adoptAfter();
        if (adoptAfter != null) {
            workers.changes.schedule(workers::adopt, adoptAfter.toMillis(), TimeUnit.MILLISECONDS);
        }
        return workers;
    }

    /// Applies a snapshot, in the background: starts the pools that are new, reconfigures those
    /// that changed, and lets those that are gone refuse what still comes. The others are not
    /// touched.
    public void apply(Snapshot snapshot) {
        submit(() -> {
            reconcile(snapshot.configuration());
            config.applied(snapshot);
            heartbeat.beat();
        });
    }

    /// Serves a provider that was found. One that is configured, by name or by address, stays as
    /// configured. A provider that goes away again is told by its own health.
    public void discovered(Provider found) {
        submit(() -> {
            discovered.put(found.name(), found);
            reconcile(config.applied().configuration());
            heartbeat.beat();
        });
    }

    /// What this instance says of its pools.
    public List<PoolStatus> status() {
        return pools.values().stream()
                .filter(pool -> !pool.identity().gone())
                .map(WorkerPool::status)
                .toList();
    }

    /// The configuration version that is applied; 0 before the first.
    public long configVersion() {
        return config.applied().version();
    }

    /// Whether every pool's thread comes round.
    public boolean isAlive() {
        Instant stuck = settings.clock().instant().minus(STUCK);
        return !closed.get()
                && pools.values().stream().noneMatch(pool -> pool.lastTurn().isBefore(stuck));
    }

    /// Stops taking in, lets attempts end for [WorkerSettings#drain()], aborts and charges the
    /// rest, commits, and says that the instance has stopped.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        changes.shutdownNow();
        awaitChanges();
        List<Thread> closing =
                pools.values().stream().map(pool -> Thread.ofVirtual().start(pool::close)).toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        heartbeat.close();
        cancelled.close();
        prices.close();
        outbox.close();
        admin.close(Duration.ofSeconds(2));
    }

    /// A change that is under way may be starting a pool, which has to be closed with the others.
    private void awaitChanges() {
        try {
            if (!changes.awaitTermination(STUCK.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("event=change_stuck");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Runnable change) {
        if (!closed.get()) {
            changes.execute(() -> tryUntilDone(change));
        }
    }

    /// The log may be away: a change waits for it.
    private void tryUntilDone(Runnable change) {
        try {
            change.run();
        } catch (KafkaException e) {
            log.warn("event=change_postponed reason=\"{}\"", e.getMessage());
            if (!closed.get()) {
                changes.schedule(
                        () -> tryUntilDone(change), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException bug) {
            log.error("event=change_failed", bug);
        }
    }

    private void reconcile(Configuration configuration) {
        Map<String, PoolIdentity> wanted =
                WantedPools.of(configuration, discovered.values(), registry);
        registry.keepOnly(wanted.values().stream().map(PoolIdentity::configured).toList());
        wanted.forEach(this::startOrReconfigure);
        pools.forEach((name, pool) -> {
            if (!wanted.containsKey(name) && !pool.identity().gone()) {
                log.info("event=provider_removed provider={}", name);
                pool.reconfigure(
                        new PoolIdentity(pool.identity().configured(), false, true),
                        UnusableProvider.gone());
            }
        });
    }

    private void startOrReconfigure(String name, PoolIdentity wanted) {
        WorkerPool pool = pools.get(name);
        if (pool == null) {
            start(wanted, registry.create(wanted.configured()));
        } else if (!pool.identity().equals(wanted)) {
            log.info("event=provider_reconfigured provider={}", name);
            pool.reconfigure(wanted, registry.create(wanted.configured()));
        }
    }

    private void start(PoolIdentity wanted, dev.millrace.worker.provider.Provider provider) {
        String name = wanted.configured().name();
        try {
            TopicCreation.ensure(admin, kafka.topics().dispatches(name));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            provider.close();
            return;
        }
        ProviderSlot slot = new ProviderSlot(provider);
        ProviderWatch watch =
                new ProviderWatch(
                        name, slot, settings.probing(), random, settings.clock(), heartbeat::beat);
        RunParts parts =
                new RunParts(
                        settings,
                        kafka.topics(),
                        outbox,
                        new AttemptLog(outbox, kafka.topics(), settings.instance()),
                        new DeadLetters(
                                outbox, kafka.topics(), settings.instance(), settings.clock()),
                        callerTopics,
                        cancelled,
                        config,
                        prices,
                        slot,
                        watch,
                        new RetryBudget(settings.clock()),
                        new QuotaShare(wanted.configured().limits()),
                        new ProviderTargets(),
                        forms,
                        random);
        WorkerPool pool = new WorkerPool(kafka, wanted, parts, this::nextFence);
        pools.put(name, pool);
        pool.start();
        log.info("event=pool_started provider={} discovered={}", name, wanted.discovered());
    }

    /// Offsets of the one partition of the heartbeats grow whoever writes them and whatever the
    /// clocks say.
    private long nextFence() {
        try {
            return heartbeat.beatAndAwait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while taking a fence", e);
        }
    }

    /// Dispatches to a provider that this instance, the only one, does not know would wait for
    /// ever.
    private void adopt() {
        submit(() -> {
            for (String name : AbandonedTopics.providers(admin, kafka.topics())) {
                if (!pools.containsKey(name)) {
                    Provider unknown =
                            Provider.of(name, ProviderKind.OPENAI_COMPATIBLE, null, Location.CLOUD);
                    start(new PoolIdentity(unknown, false, true), UnusableProvider.gone());
                }
            }
        });
    }
}
