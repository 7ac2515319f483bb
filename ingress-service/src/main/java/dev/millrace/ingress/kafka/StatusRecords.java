package dev.millrace.ingress.kafka;

import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServedModel;
import dev.millrace.schemas.ServiceStatus;

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
                pool.getLastError());
    }
}
