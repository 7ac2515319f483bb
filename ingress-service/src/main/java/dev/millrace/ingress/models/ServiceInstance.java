package dev.millrace.ingress.models;

import java.time.Instant;
import java.util.List;

/// A service instance, as its last heartbeat tells.
///
/// @param name of the instance
/// @param role what it does
/// @param startedAt by its own clock
/// @param configVersion the configuration snapshot that it has applied; 0 before the first
/// @param pools a worker's pools
public record ServiceInstance(
        String name, Role role, Instant startedAt, long configVersion, List<Pool> pools) {

    /// What an instance does.
    public enum Role {
        UNKNOWN,
        INGRESS,
        ROUTER,
        WORKER,
        ACCOUNTING
    }

    public ServiceInstance {
        pools = List.copyOf(pools);
    }
}
