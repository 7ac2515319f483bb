package dev.millrace.worker.replicas;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A provider with several servers. Each call goes to one of them, and on to the next only where
/// there was no connection: what may have been seen is the pool's to repeat. Thread-safe.
final class Replicas implements Provider {
    private static final Logger log = LoggerFactory.getLogger(Replicas.class);

    private final String name;
    private final Fleet fleet;
    private final Map<Replica, Provider> servers;
    private final InstantSource clock;

    private Replicas(
            String name, Fleet fleet, Map<Replica, Provider> servers, InstantSource clock) {
        this.name = name;
        this.fleet = fleet;
        this.servers = servers;
        this.clock = clock;
    }

    /// Makes a provider for each server of the fleet.
    ///
    /// @throws SecretMissing if a reference leads nowhere
    static Replicas create(
            dev.millrace.configuration.Provider configured,
            Fleet fleet,
            ProviderFactory factory,
            Secrets secrets,
            InstantSource clock)
            throws SecretMissing {
        Map<Replica, Provider> servers = new LinkedHashMap<>();
        try {
            for (Replica replica : fleet.replicas()) {
                servers.put(replica, factory.create(configured.at(replica.address()), secrets));
            }
        } catch (SecretMissing | RuntimeException e) {
            closeAll(servers);
            throw e;
        }
        return new Replicas(configured.name(), fleet, servers, clock);
    }

    @Override
    public Outcome attempt(Call call, Deadline deadline, ReplySink replies)
            throws InterruptedException {
        Wish wish = Wish.of(call);
        Set<Replica> tried = new HashSet<>();
        Replica replica = Objects.requireNonNull(fleet.begin(wish, tried), "a server");
        while (true) {
            log.debug(
                    "event=replica_chosen provider={} replica={} attempt={}",
                    name,
                    replica.name(),
                    call.attemptId());
            Outcome outcome = attempt(replica, call, deadline, replies);
            note(replica, outcome);
            tried.add(replica);
            if (!(outcome instanceof Outcome.Unavailable unavailable)
                    || unavailable.reached()
                    || deadline.hasPassed()) {
                return elsewhere(outcome, call.model());
            }
            Replica next = fleet.begin(wish, tried);
            if (next == null) {
                return outcome;
            }
            replica = next;
        }
    }

    private Outcome attempt(Replica replica, Call call, Deadline deadline, ReplySink replies)
            throws InterruptedException {
        try {
            return Objects.requireNonNull(servers.get(replica)).attempt(call, deadline, replies);
        } finally {
            replica.callEnds();
        }
    }

    /// What the outcome says of the server.
    private static void note(Replica replica, Outcome outcome) {
        switch (outcome) {
            case Outcome.Completed _, Outcome.Rejected _, Outcome.Throttled _ -> replica.answered();
            case Outcome.Unavailable unavailable when unavailable.reached() ->
                    replica.failed(unavailable.reason());
            case Outcome.Unavailable unavailable -> replica.unusable(unavailable.reason());
            case Outcome.CredentialRefused refused -> {
                if (!refused.otherKeys()) {
                    replica.unusable("a call was refused for its credential");
                }
            }
            case Outcome.TimedOut _, Outcome.Malformed _, Outcome.Cancelled _ -> {}
        }
    }

    /// A key that one server refuses may be one that another takes.
    private Outcome elsewhere(Outcome outcome, String model) {
        return outcome instanceof Outcome.CredentialRefused refused
                        && fleet.replicas().stream()
                                .anyMatch(one -> one.isReady() && one.serves(model))
                ? new Outcome.CredentialRefused(true, refused.progress(), refused.trace())
                : outcome;
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return new FleetProbe(servers, clock).ask();
    }

    @Override
    public void close() {
        closeAll(servers);
    }

    /// One that cannot be closed keeps none of the others open.
    private static void closeAll(Map<Replica, Provider> servers) {
        servers.forEach((replica, server) -> {
            try {
                server.close();
            } catch (RuntimeException e) {
                log.warn("event=close_failed replica={}", replica.name(), e);
            }
        });
    }
}
