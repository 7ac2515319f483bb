package dev.millrace.ingress.models;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One provider's pool on a worker instance, as its last heartbeat tells.
///
/// @param provider the provider's name
/// @param kind the provider's kind, as the configuration spells it
/// @param local whether the models run on the users' own machines
/// @param discovered found, and not in the configuration
/// @param state whether the pool can serve
/// @param models the names that the provider lists; `*` stands for any name
/// @param window how many attempts may run at once
/// @param inFlight how many run
/// @param lastError why the pool is not ready; null while it is
/// @param targets the models that were called lately
/// @param serverLoad the load of a server that says it; null for others
/// @param servers of a provider that has several; empty for others
public record Pool(
        String provider,
        String kind,
        boolean local,
        boolean discovered,
        State state,
        List<String> models,
        int window,
        int inFlight,
        @Nullable String lastError,
        List<TargetHealth> targets,
        @Nullable ServerLoad serverLoad,
        List<PoolServer> servers) {

    /// Stands for any model name in a pool's list.
    public static final String ANY_MODEL = "*";

    /// Whether a pool can serve.
    public enum State {
        UNKNOWN,
        READY,
        DOWN,
        CREDENTIAL_REFUSED
    }

    public Pool {
        models = List.copyOf(models);
        targets = List.copyOf(targets);
        servers = List.copyOf(servers);
    }

    /// Whether it can serve now.
    public boolean ready() {
        return state == State.READY;
    }
}
