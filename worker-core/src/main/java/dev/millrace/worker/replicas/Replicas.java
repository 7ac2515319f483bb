package dev.millrace.worker.replicas;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.ServerReport;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A provider with several servers. Each call goes to one of them, and on to the next only where
/// there was no connection, or where that one throttles: what may have been seen is the pool's to
/// repeat, which is told of throttling when all of them do. Thread-safe.
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
            Instant startedAt = clock.instant();
            Outcome outcome = attempt(replica, call, deadline, replies);
            note(replica, outcome, startedAt);
            tried.add(replica);
            Replica next = deadline.hasPassed() ? null : next(outcome, wish, tried);
            if (next == null) {
                return ofAll(replica, outcome, call.model());
            }
            replica = next;
        }
    }

    /// The server for another try; null where there is none, or the call is not to be repeated
    /// here.
    private @Nullable Replica next(Outcome outcome, Wish wish, Set<Replica> tried) {
        return switch (outcome) {
            case Outcome.Unavailable unavailable when !unavailable.reached() ->
                    fleet.begin(wish, tried);
            case Outcome.Throttled throttled when throttled.progress().equals(Progress.NONE) ->
                    fleet.beginRested(wish, tried);
            case Outcome.Completed _,
                    Outcome.Rejected _,
                    Outcome.Throttled _,
                    Outcome.CredentialRefused _,
                    Outcome.Unavailable _,
                    Outcome.TimedOut _,
                    Outcome.Malformed _,
                    Outcome.Cancelled _ ->
                    null;
        };
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
    private static void note(Replica replica, Outcome outcome, Instant startedAt) {
        switch (outcome) {
            case Outcome.Completed _, Outcome.Rejected _ -> replica.answered(startedAt);
            case Outcome.Throttled throttled ->
                    replica.throttled(throttled.retryAfter(), startedAt);
            case Outcome.Unavailable unavailable when unavailable.reached() ->
                    replica.failed(unavailable.reason());
            case Outcome.Unavailable unavailable -> replica.unusable(unavailable.reason());
            case Outcome.CredentialRefused refused -> {
                if (!refused.otherKeys()) {
                    replica.unusable("a call was refused for its credential");
                }
            }
            case Outcome.TimedOut timedOut -> {
                if (timedOut.limit() != Outcome.TimedOut.Limit.DEADLINE) {
                    replica.timedOut(startedAt);
                }
            }
            case Outcome.Malformed _, Outcome.Cancelled _ -> {}
        }
    }

    /// What one server's outcome is where there are others: a key that it refuses may be one that
    /// another takes, and the first that takes calls again ends the throttling.
    private Outcome ofAll(Replica replica, Outcome outcome, String model) {
        return switch (outcome) {
            case Outcome.CredentialRefused refused when othersServe(model) ->
                    new Outcome.CredentialRefused(true, refused.progress(), refused.trace());
            case Outcome.Throttled throttled ->
                    fleet.throttling(model, replica)
                            .map(others -> sooner(throttled, others))
                            .orElse(throttled);
            case Outcome.Completed _,
                    Outcome.Rejected _,
                    Outcome.CredentialRefused _,
                    Outcome.Unavailable _,
                    Outcome.TimedOut _,
                    Outcome.Malformed _,
                    Outcome.Cancelled _ ->
                    outcome;
        };
    }

    private Outcome.Throttled sooner(Outcome.Throttled throttled, Rest.Throttling others) {
        Instant now = clock.instant();
        Duration own = Objects.requireNonNullElse(throttled.retryAfter(), Rest.MOMENT);
        if (!others.until().isBefore(now.plus(own))) {
            return throttled;
        }
        Duration left = Duration.between(now, others.until());
        return new Outcome.Throttled(
                others.said() && left.isPositive() ? left : null,
                throttled.progress(),
                throttled.trace());
    }

    private boolean othersServe(String model) {
        return fleet.replicas().stream().anyMatch(one -> one.isReady() && one.serves(model));
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return new FleetProbe(servers, clock).ask();
    }

    @Override
    public List<ServerReport> servers() {
        return fleet.replicas().stream().map(Replica::report).toList();
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
