package dev.millrace.worker.kafka;

import dev.millrace.schemas.CircuitState;
import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ReplicaState;
import dev.millrace.schemas.ReplicaStatus;
import dev.millrace.schemas.ServedModel;
import dev.millrace.schemas.TargetStatus;
import dev.millrace.worker.health.Circuit;
import dev.millrace.worker.health.Quantiles;
import dev.millrace.worker.health.TargetReport;
import dev.millrace.worker.provider.ServerLoad;
import dev.millrace.worker.provider.ServerReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes down what a pool is and how it fares, as heartbeats tell it.
final class PoolStatuses {

    private PoolStatuses() {}

    static PoolStatus of(
            PoolIdentity identity,
            PoolHealth health,
            Slots slots,
            List<TargetReport> targets,
            List<ServerReport> servers) {
        return PoolStatus.newBuilder()
                .setProvider(identity.configured().name())
                .setKind(identity.configured().kind().spelling())
                .setLocation(location(identity.configured().location()))
                .setDiscovered(identity.discovered())
                .setState(state(health.state()))
                .setModels(
                        health.models().stream()
                                .map(model ->
                                        new ServedModel(
                                                model.name(),
                                                model.contextWindow(),
                                                model.capabilities()))
                                .toList())
                .setWindow(slots.limit())
                .setInFlight(slots.inFlight())
                .setLastError(health.error())
                .setTargets(targets.stream().map(PoolStatuses::target).toList())
                .setServerLoad(load(health.load()))
                .setServers(servers.stream().map(PoolStatuses::server).toList())
                .build();
    }

    private static ReplicaStatus server(ServerReport report) {
        return ReplicaStatus.newBuilder()
                .setAddress(report.address())
                .setState(
                        switch (report.state()) {
                            case READY -> ReplicaState.READY;
                            case WARMING_UP -> ReplicaState.WARMING_UP;
                            case RESTING -> ReplicaState.RESTING;
                            case DOWN -> ReplicaState.DOWN;
                        })
                .setInFlight(report.inFlight())
                .setLoad(load(report.load()))
                .setLastError(report.lastError())
                .setLastErrorAt(report.lastErrorAt())
                .build();
    }

    /// Null of a server that tells nothing.
    private static dev.millrace.schemas.@Nullable ServerLoad load(ServerLoad load) {
        return load.equals(ServerLoad.UNKNOWN)
                ? null
                : dev.millrace.schemas.ServerLoad.newBuilder()
                        .setRunning(number(load.running()))
                        .setWaiting(number(load.waiting()))
                        .setSlots(number(load.slots()))
                        .setKvCacheUse(load.kvCache())
                        .setGpuMemoryUse(load.gpuMemory())
                        .build();
    }

    private static @Nullable Long number(@Nullable Integer number) {
        return number == null ? null : number.longValue();
    }

    private static TargetStatus target(TargetReport report) {
        Quantiles latency = report.latency();
        Quantiles first = report.firstContent();
        return TargetStatus.newBuilder()
                .setModel(report.model())
                .setCircuit(circuit(report.circuit()))
                .setCalls(report.calls())
                .setFailures(report.failures())
                .setThrottled(report.throttled())
                .setLatencyP50Millis(median(latency))
                .setLatencyP95Millis(nearlyAll(latency))
                .setFirstContentP50Millis(median(first))
                .setFirstContentP95Millis(nearlyAll(first))
                .setLastError(report.lastError())
                .setLastErrorAt(report.lastErrorAt())
                .build();
    }

    private static @Nullable Long median(@Nullable Quantiles times) {
        return times == null ? null : times.p50();
    }

    private static @Nullable Long nearlyAll(@Nullable Quantiles times) {
        return times == null ? null : times.p95();
    }

    private static CircuitState circuit(Circuit.State state) {
        return switch (state) {
            case CLOSED -> CircuitState.CLOSED;
            case OPEN -> CircuitState.OPEN;
            case HALF_OPEN -> CircuitState.HALF_OPEN;
        };
    }

    private static Location location(dev.millrace.configuration.Location location) {
        return switch (location) {
            case CLOUD -> Location.CLOUD;
            case LOCAL -> Location.LOCAL;
        };
    }

    private static PoolState state(PoolHealth.State state) {
        return switch (state) {
            case UNKNOWN -> PoolState.UNKNOWN;
            case READY -> PoolState.READY;
            case DOWN -> PoolState.DOWN;
            case CREDENTIAL_REFUSED -> PoolState.CREDENTIAL_REFUSED;
        };
    }
}
