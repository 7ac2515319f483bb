package dev.millrace.worker.kafka;

import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.worker.provider.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pool of one provider on one worker instance: its consumer, its window, its watch.
/// Thread-safe.
final class WorkerPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /// How long dispatches wait for the cancellations; with [#FIRST_LOOK], shorter than a pool may
    /// seem stuck.
    private static final Duration CANCELLATIONS = Duration.ofSeconds(10);

    /// How long they wait for a provider that does not answer its first probe.
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(10);

    private final KafkaLog kafka;
    private final RunParts parts;
    private final LongSupplier nextFence;
    private final Slots slots;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile PoolIdentity identity;
    private volatile Instant lastTurn;

    /// @param nextFence as [Ownership] takes it
    WorkerPool(KafkaLog kafka, PoolIdentity identity, RunParts parts, LongSupplier nextFence) {
        this.kafka = kafka;
        this.parts = parts;
        this.nextFence = nextFence;
        this.identity = identity;
        this.slots = new Slots(parts, identity.configured().limits().concurrency());
        this.lastTurn = parts.clock().instant();
        this.thread =
                Thread.ofPlatform()
                        .name("pool-" + identity.configured().name())
                        .unstarted(this::run);
    }

    void start() {
        parts.watch().start(slots::tell);
        thread.start();
    }

    PoolIdentity identity() {
        return identity;
    }

    /// Calls that begin from now on go to `provider`.
    void reconfigure(PoolIdentity next, Provider provider) {
        boolean moved = !next.isAtTheSamePlaceAs(identity);
        identity = next;
        parts.provider().replace(provider);
        if (moved) {
            slots.tell(new PoolEvent.ServerChanged());
        }
        slots.tell(new PoolEvent.Reconfigured(next.configured().limits()));
        parts.watch().probeSoon();
    }

    /// When the polling thread last came round.
    Instant lastTurn() {
        return lastTurn;
    }

    PoolStatus status() {
        return PoolStatuses.of(
                identity,
                parts.watch().health(),
                slots,
                parts.targets().report(parts.clock().instant()),
                parts.provider().servers());
    }

    /// Lets attempts end for as long as the settings say, aborts the rest, commits, and stops.
    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        parts.watch().close();
        slots.close();
        parts.provider().retire();
    }

    private void run() {
        awaitFirstLook();
        awaitCancellations();
        while (stopping.getCount() > 0) {
            try (Consumer<String, byte[]> consumer = consumer();
                    Deserializer<Dispatch> deserializer =
                            kafka.serdes().deserializer(Dispatch.class)) {
                live(consumer, deserializer);
            } catch (KafkaException e) {
                log.error(
                        "event=pool_failed provider={} reason=\"{}\"",
                        identity.configured().name(),
                        e.getMessage(),
                        e);
                abandonAll();
                pause();
            }
        }
        abandonAll();
    }

    /// A server says at the first look how much it can work on at once. No dispatch is taken before
    /// that, or a backlog would come over it all at once.
    private void awaitFirstLook() {
        await(parts.watch().looked(), FIRST_LOOK);
    }

    /// What was cancelled before the instance started must not run: no dispatch is taken before the
    /// cancellations are known. A log that does not tell them in time is not waited for.
    private void awaitCancellations() {
        CompletableFuture<Void> known = parts.cancelled().caughtUp();
        await(known, CANCELLATIONS);
        if (stopping.getCount() > 0 && known.state() != Future.State.SUCCESS) {
            log.warn("event=cancellations_not_known provider={}", identity.configured().name());
        }
    }

    /// Waits until it is done, however it ends, or the pool stops, or the time is over.
    private void await(CompletableFuture<Void> known, Duration patience) {
        Instant giveUpAt = parts.clock().instant().plus(patience);
        try {
            while (!known.isDone() && parts.clock().instant().isBefore(giveUpAt)) {
                if (stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void live(Consumer<String, byte[]> consumer, Deserializer<Dispatch> deserializer) {
        String provider = identity.configured().name();
        Map<String, Lane> lanes = new HashMap<>();
        lanes.put(parts.topics().dispatches(provider, Lane.INTERACTIVE).name(), Lane.INTERACTIVE);
        lanes.put(parts.topics().dispatches(provider, Lane.BATCH).name(), Lane.BATCH);
        Intake intake = new Intake(slots, parts, deserializer, lanes);
        Ownership ownership = new Ownership(consumer, slots, parts, nextFence);
        PoolLoop loop = new PoolLoop(consumer, slots, intake, ownership, parts);
        loop.subscribe(List.copyOf(lanes.keySet()));
        while (stopping.getCount() > 0) {
            loop.turn();
            lastTurn = parts.clock().instant();
        }
        loop.end();
    }

    /// Whatever runs belongs to a consumer that is gone.
    private void abandonAll() {
        slots.partitions().values().forEach(PartitionState::leave);
        parts.quota().giveAway(slots.partitions().size());
        slots.partitions().clear();
        slots.queues().clear();
        slots.running().forEach(run -> run.interruption().abandon());
        slots.takeEvents();
    }

    private void pause() {
        try {
            boolean stop = stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
            log.debug("event=pool_restarts stopping={}", stop);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Consumer<String, byte[]> consumer() {
        WorkerSettings settings = parts.settings();
        String provider = identity.configured().name();
        Map<String, Object> overrides = new HashMap<>();
        overrides.put("group.id", settings.groupPrefix() + provider);
        overrides.put("group.protocol", "classic");
        overrides.put("session.timeout.ms", (int) settings.sessionTimeout().toMillis());
        overrides.put("heartbeat.interval.ms", (int) settings.sessionTimeout().toMillis() / 3);
        overrides.put(
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        overrides.put(
                "max.poll.records",
                Math.clamp(identity.configured().limits().concurrency(), 16, 500));
        if (settings.staticMembership()) {
            overrides.put("group.instance.id", settings.instance());
        }
        return kafka.consumer("pool-" + provider + "-" + settings.instance(), overrides);
    }
}
