package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.process.Cluster;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import dev.millrace.faults.process.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;

/// Requests at a steady rate, whatever becomes of them, of every kind in turn. Every request
/// carries a marker that no other has.
public final class Load implements AutoCloseable {

    private static final List<Kind> ALL = List.of(Kind.values());

    /// The kinds that need no kept outcomes.
    private static final List<Kind> PLAIN = List.of(Kind.JSON, Kind.STREAM, Kind.KAFKA);

    private static final Duration REPLIES = Duration.ofSeconds(45);

    private final Cluster cluster;
    private final KafkaCallers kafka;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    private final boolean kept;

    private Load(Cluster cluster, KafkaCallers kafka, boolean kept) {
        this.cluster = cluster;
        this.kafka = kafka;
        this.kept = kept;
    }

    /// Clients of a cluster.
    ///
    /// @param kept whether some of them rely on kept outcomes
    public static Load on(Cluster cluster, boolean kept) throws InterruptedException {
        short replication = (short) Math.min(3, cluster.brokers().all().size());
        return new Load(cluster, KafkaCallers.start(cluster.log(), replication), kept);
    }

    /// Starts to send.
    ///
    /// @param prefix of the markers; no other wave has it
    public Wave start(String prefix, int perSecond, Duration deadline) {
        Wave wave = new Wave(prefix + "-", perSecond, deadline);
        wave.sender.start();
        return wave;
    }

    @Override
    public void close() {
        clients.shutdownNow();
        kafka.close();
    }

    /// Requests that belong together.
    public final class Wave {

        private final String prefix;
        private final int perSecond;
        private final Duration deadline;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private final Queue<Told> told = new ConcurrentLinkedQueue<>();
        private final Thread sender;

        private Wave(String prefix, int perSecond, Duration deadline) {
            this.prefix = prefix;
            this.perSecond = perSecond;
            this.deadline = deadline;
            this.sender = Thread.ofPlatform().name("load").daemon().unstarted(this::send);
        }

        /// How many requests have been sent.
        public int sent() {
            return sent.get();
        }

        /// How many clients over HTTP are waiting now.
        public int waiting() {
            return open.get();
        }

        /// How many clients over HTTP were answered so far.
        public int answered() {
            return (int)
                    told.stream().filter(each -> each.verdict() == Told.Verdict.ANSWERED).count();
        }

        /// What the clients over HTTP were told so far.
        public List<Told> toldSoFar() {
            return List.copyOf(told);
        }

        /// Stops sending, waits until every client knows, and says what each was told.
        public List<Told> finish() throws InterruptedException {
            stopped.set(true);
            sender.join();
            Waiting.until(
                    "every client of " + prefix + " has ended",
                    deadline.plus(Duration.ofSeconds(90)),
                    () -> open.get() == 0);
            var _ = Waiting.came(REPLIES, () -> kafka.isAnswered(prefix));
            List<Told> all = new ArrayList<>(told);
            all.addAll(kafka.told(prefix));
            return all;
        }

        private void send() {
            long begin = System.nanoTime();
            for (int i = 0; !stopped.get(); i++) {
                long due = begin + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
                pauseUntil(due);
                int number = i;
                open.incrementAndGet();
                sent.incrementAndGet();
                clients.execute(() -> {
                    try {
                        ask(number);
                    } finally {
                        open.decrementAndGet();
                    }
                });
            }
        }

        private void ask(int number) {
            String marker = prefix + number;
            Tenant tenant = Tenant.of(number);
            List<Service> ingresses = cluster.services(Role.INGRESS);
            int round = number / ALL.size();
            try {
                switch (kind(number)) {
                    case JSON -> told.add(plain(ingresses, round, tenant).ask(marker, false));
                    case STREAM -> told.add(plain(ingresses, round, tenant).ask(marker, true));
                    case KAFKA -> kafka.ask(marker, tenant, deadline);
                    case IDEMPOTENT ->
                            told.add(
                                    keeping(ingresses, round, tenant)
                                            .idempotent(marker, round % 4 >= 2));
                    case ASYNC -> told.add(keeping(ingresses, round, tenant).async(marker));
                }
            } catch (InterruptedException | KafkaException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        private Kind kind(int number) {
            List<Kind> kinds = kept ? ALL : PLAIN;
            return kinds.get(number % kinds.size());
        }

        private HttpCaller plain(List<Service> ingresses, int round, Tenant tenant) {
            return new HttpCaller(ingresses.get(round % ingresses.size()), tenant, deadline);
        }

        private KeptCaller keeping(List<Service> ingresses, int round, Tenant tenant) {
            List<Service> order = round % 2 == 0 ? ingresses : ingresses.reversed();
            return new KeptCaller(order, tenant, deadline);
        }

        private void pauseUntil(long due) {
            long wait = due - System.nanoTime();
            if (wait > 0) {
                try {
                    TimeUnit.NANOSECONDS.sleep(wait);
                } catch (InterruptedException _) {
                    stopped.set(true);
                }
            }
        }
    }

    /// When the clients of a wave knew, at the latest.
    public static Instant last(List<Told> told) {
        return told.stream().map(Told::endedAt).max(Instant::compareTo).orElse(Instant.EPOCH);
    }
}
