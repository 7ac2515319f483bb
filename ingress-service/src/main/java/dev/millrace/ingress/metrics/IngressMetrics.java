package dev.millrace.ingress.metrics;

import dev.millrace.ingress.costs.Drift;
import dev.millrace.ingress.costs.UnpricedAttempts;
import dev.millrace.ingress.models.ServiceInstance;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The ingress's counters, and what it knows of the ledger and of the providers. Their labels are
/// operations, status codes, and models of a bounded number: few, whatever clients send.
/// Thread-safe.
public final class IngressMetrics implements AutoCloseable {

    private record Series(String operation, int status) {}

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(300)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Series, Timer> requests = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Counter unknownReplies;
    private final Counter publishFailures;
    private final AtomicReference<@Nullable LedgerGauges> ledger = new AtomicReference<>();
    private final AtomicReference<@Nullable ProviderGauges> providers = new AtomicReference<>();
    private final AtomicBoolean machineBound = new AtomicBoolean();
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public IngressMetrics() {
        unknownReplies =
                Counter.builder("millrace.ingress.replies.unknown")
                        .description("Replies that no request of this instance waits for")
                        .register(registry);
        publishFailures =
                Counter.builder("millrace.ingress.publish.failures")
                        .description("Records that the log did not take in time")
                        .register(registry);
        Gauge.builder("millrace.ingress.requests.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that are being answered")
                .register(registry);
    }

    /// Shows what requests in flight have reserved of the heap.
    public void showReserved(LongSupplier bytes) {
        Gauge.builder("millrace.ingress.requests.reserved", bytes, LongSupplier::getAsLong)
                .description("What requests in flight may take of the heap")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Shows what is wrong with the ledger. Both are asked for at each scrape.
    ///
    /// @param unpriced how many attempts have no known price, by provider and model
    /// @param drift what the latest check of the sums came to, by partition
    public void showLedger(
            Supplier<Map<UnpricedAttempts, Long>> unpriced, Supplier<Map<Integer, Drift>> drift) {
        ledger.set(new LedgerGauges(registry, unpriced, drift));
    }

    /// Shows how the providers fare. Asked for at each scrape.
    public void showProviders(Supplier<List<ServiceInstance>> services) {
        providers.set(new ProviderGauges(registry, services));
    }

    /// A request has arrived.
    public void begun() {
        inFlight.incrementAndGet();
    }

    /// A request has ended.
    ///
    /// @param operation a word out of few
    /// @param status of the HTTP answer; 499 where the client has gone
    public void ended(String operation, int status, Duration time) {
        inFlight.decrementAndGet();
        requests.computeIfAbsent(new Series(operation, status), this::timer).record(time);
    }

    /// A reply came that nobody waits for.
    public void unknownReply() {
        unknownReplies.increment();
    }

    /// The log did not take a record.
    public void publishFailed() {
        publishFailures.increment();
    }

    /// Everything in Prometheus' text format.
    public String scrape() {
        if (machineBound.compareAndSet(false, true)) {
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            collections.bindTo(registry);
        }
        LedgerGauges gauges = ledger.get();
        if (gauges != null) {
            gauges.refresh();
        }
        ProviderGauges ofProviders = providers.get();
        if (ofProviders != null) {
            ofProviders.refresh();
        }
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private Timer timer(Series series) {
        return Timer.builder("millrace.ingress.requests")
                .description("Requests by operation and status, with the time to their last byte")
                .tag("operation", series.operation())
                .tag("status", Integer.toString(series.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
