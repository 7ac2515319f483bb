package dev.millrace.ingress.kafka;

import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.models.PoolServer;
import dev.millrace.ingress.models.ServerLoad;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.ingress.models.TargetHealth;
import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ReplicaStatus;
import dev.millrace.schemas.ServedModel;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.schemas.TargetStatus;
import org.jspecify.annotations.Nullable;

/// Turns heartbeats into what the domain knows.
final class StatusRecords {

    private StatusRecords() {}

    static ServiceInstance instance(ServiceStatus status) {
        return new ServiceInstance(
                status.getInstance(),
                switch (status.getRole()) {
                    case INGRESS -> ServiceInstance.Role.INGRESS;
                    case ROUTER -> ServiceInstance.Role.ROUTER;
                    case WORKER -> ServiceInstance.Role.WORKER;
                    case ACCOUNTING -> ServiceInstance.Role.ACCOUNTING;
                    case UNKNOWN -> ServiceInstance.Role.UNKNOWN;
                },
                status.getStartedAt(),
                status.getConfigVersion(),
                status.getPools().stream().map(StatusRecords::pool).toList());
    }

    private static Pool pool(PoolStatus pool) {
        return new Pool(
                pool.getProvider(),
                pool.getKind(),
                pool.getLocation() == Location.LOCAL,
                pool.getDiscovered(),
                switch (pool.getState()) {
                    case READY -> Pool.State.READY;
                    case DOWN -> Pool.State.DOWN;
                    case CREDENTIAL_REFUSED -> Pool.State.CREDENTIAL_REFUSED;
                    case UNKNOWN -> Pool.State.UNKNOWN;
                },
                pool.getModels().stream().map(ServedModel::getName).toList(),
                pool.getWindow(),
                pool.getInFlight(),
                pool.getLastError(),
                pool.getTargets().stream().map(StatusRecords::target).toList(),
                load(pool.getServerLoad()),
                pool.getServers().stream().map(StatusRecords::server).toList());
    }

    private static TargetHealth target(TargetStatus target) {
        return new TargetHealth(
                target.getModel(),
                switch (target.getCircuit()) {
                    case CLOSED -> TargetHealth.Circuit.CLOSED;
                    case OPEN -> TargetHealth.Circuit.OPEN;
                    case HALF_OPEN -> TargetHealth.Circuit.HALF_OPEN;
                    case UNKNOWN -> TargetHealth.Circuit.UNKNOWN;
                },
                target.getCalls(),
                target.getFailures(),
                target.getThrottled(),
                target.getLatencyP50Millis(),
                target.getLatencyP95Millis(),
                target.getFirstContentP50Millis(),
                target.getFirstContentP95Millis(),
                target.getLastError(),
                target.getLastErrorAt());
    }

    private static PoolServer server(ReplicaStatus server) {
        return new PoolServer(
                server.getAddress(),
                switch (server.getState()) {
                    case READY -> PoolServer.State.READY;
                    case WARMING_UP -> PoolServer.State.WARMING_UP;
                    case RESTING -> PoolServer.State.RESTING;
                    case DOWN -> PoolServer.State.DOWN;
                    case UNKNOWN -> PoolServer.State.UNKNOWN;
                },
                server.getInFlight(),
                load(server.getLoad()),
                server.getLastError(),
                server.getLastErrorAt());
    }

    private static @Nullable ServerLoad load(dev.millrace.schemas.@Nullable ServerLoad load) {
        return load == null
                ? null
                : new ServerLoad(
                        load.getRunning(),
                        load.getWaiting(),
                        load.getSlots(),
                        load.getKvCacheUse(),
                        load.getGpuMemoryUse());
    }
}
