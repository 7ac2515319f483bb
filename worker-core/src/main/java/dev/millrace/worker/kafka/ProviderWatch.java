package dev.millrace.worker.kafka;

import dev.millrace.worker.kafka.PoolHealth.State;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps asking one provider after its health, and tells of every change and of its load. A
/// provider that answers calls is not taken for down because a probe got lost; one bad answer is
/// confirmed by a second. Thread-safe.
final class ProviderWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProviderWatch.class);

    private final String provider;
    private final ProviderSlot slot;
    private final WorkerSettings.Probing probing;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Runnable changed;
    private final Semaphore soon = new Semaphore(0);
    private final CompletableFuture<Void> looked = new CompletableFuture<>();
    private final Thread thread;
    private Consumer<PoolEvent.LoadSeen> loads = _ -> {};
    private volatile PoolHealth health = PoolHealth.UNKNOWN;
    private volatile boolean answered;
    private volatile boolean doubtful;
    private volatile boolean parked;
    private volatile boolean closed;

    ProviderWatch(
            String provider,
            ProviderSlot slot,
            WorkerSettings.Probing probing,
            RandomGenerator random,
            InstantSource clock,
            Runnable changed) {
        this.provider = provider;
        this.slot = slot;
        this.probing = probing;
        this.random = random;
        this.clock = clock;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("watch-" + provider).unstarted(this::run);
    }

    /// @param loads takes what the provider's server says of its load, once for each look, and
    ///   nothing where it says nothing
    void start(Consumer<PoolEvent.LoadSeen> loads) {
        this.loads = loads;
        thread.start();
    }

    PoolHealth health() {
        return health;
    }

    /// Completes when the provider has been asked once, and what it said has been told.
    CompletableFuture<Void> looked() {
        return looked.copy();
    }

    /// A call was answered.
    void sawAnswer() {
        answered = true;
    }

    /// The circuit of one of its targets is another than before.
    void circuitChanged(String model) {
        log.info("event=circuit_changed provider={} model={}", provider, model);
        changed.run();
    }

    /// A call could not be made: ask now.
    void probeSoon() {
        if (soon.availablePermits() == 0) {
            soon.release();
        }
    }

    /// A call was refused for its credential: nothing more is asked of the provider until a probe
    /// says otherwise, not before [WorkerSettings.Probing#parked].
    void park() {
        parked = true;
        become(health.not(State.CREDENTIAL_REFUSED, "a call was refused for its credential"));
        probeSoon();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                if (parked) {
                    parked = false;
                    Thread.sleep(shortened(probing.parked()));
                }
                answered = false;
                Instant asked = clock.instant();
                judge(probe(), asked);
                looked.complete(null);
                soon.tryAcquire(untilNext().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            log.debug("event=watch_ended provider={}", provider);
        }
    }

    private ProviderHealth probe() throws InterruptedException {
        try (ProviderSlot.Lease lease = slot.lease()) {
            return lease.provider().probe();
        } catch (RuntimeException e) {
            log.error("event=probe_failed provider={}", provider, e);
            return new ProviderHealth.Down("the probe failed: " + e.getClass().getSimpleName());
        }
    }

    private void judge(ProviderHealth found, Instant asked) {
        if (parked) {
            return;
        }
        boolean confirmed = doubtful || health.state() != State.READY;
        doubtful = false;
        switch (found) {
            case ProviderHealth.Ready ready -> {
                become(PoolHealth.ready(ready));
                if (!ready.load().equals(ServerLoad.UNKNOWN)) {
                    loads.accept(new PoolEvent.LoadSeen(ready.load(), asked));
                }
            }
            case ProviderHealth.CredentialRefused refused ->
                    become(health.not(State.CREDENTIAL_REFUSED, refused.reason()));
            case ProviderHealth.Down down -> {
                if (confirmed && !answered) {
                    become(health.not(State.DOWN, down.reason()));
                } else {
                    doubtful = true;
                }
            }
        }
    }

    private void become(PoolHealth next) {
        PoolHealth before = health;
        health = next;
        if (next.isLike(before)) {
            return;
        }
        if (next.state() != before.state()) {
            log.info(
                    "event=provider_state provider={} state={} models={} reason=\"{}\"",
                    provider,
                    next.state(),
                    next.models().size(),
                    next.error() == null ? "" : next.error());
        }
        changed.run();
    }

    private Duration untilNext() {
        if (doubtful) {
            return probing.confirm();
        }
        return shortened(
                health.state() == State.READY ? probing.whileReady() : probing.whileDown());
    }

    private Duration shortened(Duration wait) {
        return Duration.ofMillis((long) (wait.toMillis() * (1 - random.nextDouble() / 5)));
    }
}
