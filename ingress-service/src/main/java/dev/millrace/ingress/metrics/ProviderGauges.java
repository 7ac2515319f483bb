package dev.millrace.ingress.metrics;

import dev.millrace.ingress.metrics.ShownTargets.Called;
import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.models.PoolServer;
import dev.millrace.ingress.models.ServerLoad;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.ingress.models.TargetHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How the providers fare, as the workers' heartbeats tell it.
final class ProviderGauges {
    private static final double MILLIS = 1000;

    private record Served(Pool pool, Tags tags) {}

    private record Of(PoolServer server, Tags tags) {}

    private final MeterRegistry registry;
    private final Supplier<List<ServiceInstance>> servicesNow;
    private final ShownTargets shownTargets = new ShownTargets();
    private final MultiGauge up;
    private final MultiGauge window;
    private final MultiGauge inFlight;
    private final MultiGauge waiting;
    private final MultiGauge kvCache;
    private final MultiGauge gpu;
    private final MultiGauge serverUp;
    private final MultiGauge serverInFlight;
    private final MultiGauge open;
    private final MultiGauge calls;
    private final MultiGauge failures;
    private final MultiGauge throttled;
    private final MultiGauge latency;
    private final MultiGauge firstContent;

    ProviderGauges(MeterRegistry registry, Supplier<List<ServiceInstance>> servicesNow) {
        this.registry = registry;
        this.servicesNow = servicesNow;
        up = gauge("provider.up", "Whether it answers and takes the credential", null);
        window = gauge("provider.window", "How many calls may run at once", "calls");
        inFlight = gauge("provider.in.flight", "How many run", "calls");
        waiting = gauge("provider.server.waiting", "Requests that wait at the model server", null);
        kvCache = gauge("provider.server.kv.cache.use", "The part that is in use", "ratio");
        gpu = gauge("provider.server.gpu.memory.use", "The part that is in use", "ratio");
        serverUp = gauge("server.up", "Whether one of several servers gets calls", null);
        serverInFlight = gauge("server.in.flight", "How many calls run there", "calls");
        open = gauge("target.circuit.open", "Whether calls go elsewhere where they can", null);
        calls = gauge("target.calls.last.minute", "Calls that ended", null);
        failures = gauge("target.failures.last.minute", "Calls that the provider failed at", null);
        throttled = gauge("target.throttled.last.minute", "Calls that it had no room for", null);
        latency = gauge("target.latency.last.minute", "Of calls that completed", "seconds");
        firstContent =
                gauge("target.first.content.last.minute", "Until a stream's content", "seconds");
    }

    /// Asks for what there is now.
    void refresh() {
        List<Served> pools = new ArrayList<>();
        List<Of> servers = new ArrayList<>();
        List<Called> called = new ArrayList<>();
        for (ServiceInstance instance : servicesNow.get()) {
            for (Pool pool : instance.pools()) {
                Tags tags = Tags.of("provider", pool.provider(), "instance", instance.name());
                pools.add(new Served(pool, tags));
                for (PoolServer server : pool.servers()) {
                    servers.add(new Of(server, tags.and("server", server.address())));
                }
                for (TargetHealth target : pool.targets()) {
                    if (target.hasNews()) {
                        called.add(new Called(target, tags.and("model", target.model())));
                    }
                }
            }
        }
        List<Called> targets = shownTargets.of(called);
        showPools(up, pools, pool -> pool.ready() ? 1 : 0);
        showPools(window, pools, Pool::window);
        showPools(inFlight, pools, Pool::inFlight);
        showPools(waiting, pools, load(ServerLoad::waiting));
        showPools(kvCache, pools, load(ServerLoad::kvCacheUse));
        showPools(gpu, pools, load(ServerLoad::gpuMemoryUse));
        showServers(serverUp, servers, server -> server.takesCalls() ? 1 : 0);
        showServers(serverInFlight, servers, PoolServer::inFlight);
        showTargets(open, targets, target -> target.circuit() == TargetHealth.Circuit.OPEN ? 1 : 0);
        showTargets(calls, targets, TargetHealth::calls);
        showTargets(failures, targets, TargetHealth::failures);
        showTargets(throttled, targets, TargetHealth::throttled);
        showTimes(latency, targets, TargetHealth::latencyP50, TargetHealth::latencyP95);
        showTimes(
                firstContent,
                targets,
                TargetHealth::firstContentP50,
                TargetHealth::firstContentP95);
    }

    private MultiGauge gauge(String name, String description, @Nullable String unit) {
        return MultiGauge.builder("millrace." + name)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private static Function<Pool, @Nullable Number> load(
            Function<ServerLoad, @Nullable Number> value) {
        return pool -> pool.serverLoad() == null ? null : value.apply(pool.serverLoad());
    }

    private static void showPools(
            MultiGauge gauge, List<Served> pools, Function<Pool, @Nullable Number> value) {
        List<Row<?>> rows = new ArrayList<>();
        pools.forEach(served -> add(rows, served.tags(), value.apply(served.pool()), 1));
        gauge.register(rows, true);
    }

    private static void showServers(
            MultiGauge gauge, List<Of> servers, Function<PoolServer, Number> value) {
        List<Row<?>> rows = new ArrayList<>();
        servers.forEach(of -> add(rows, of.tags(), value.apply(of.server()), 1));
        gauge.register(rows, true);
    }

    private static void showTargets(
            MultiGauge gauge, List<Called> targets, Function<TargetHealth, Number> value) {
        List<Row<?>> rows = new ArrayList<>();
        targets.forEach(called -> add(rows, called.tags(), value.apply(called.target()), 1));
        gauge.register(rows, true);
    }

    private static void showTimes(
            MultiGauge gauge,
            List<Called> targets,
            Function<TargetHealth, @Nullable Long> p50,
            Function<TargetHealth, @Nullable Long> p95) {
        List<Row<?>> rows = new ArrayList<>();
        for (Called called : targets) {
            TargetHealth target = called.target();
            add(rows, called.tags().and("quantile", "0.5"), p50.apply(target), MILLIS);
            add(rows, called.tags().and("quantile", "0.95"), p95.apply(target), MILLIS);
        }
        gauge.register(rows, true);
    }

    private static void add(List<Row<?>> rows, Tags tags, @Nullable Number value, double divisor) {
        if (value != null) {
            rows.add(Row.of(tags, value.doubleValue() / divisor));
        }
    }
}
