package dev.millrace.worker.replicas;

import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Probes all servers of a provider at once.
///
/// @param servers with what speaks to each
record FleetProbe(Map<Replica, Provider> servers, InstantSource clock) {
    private static final Logger log = LoggerFactory.getLogger(FleetProbe.class);

    /// Asks, and tells each server what its probe found; waits for the slowest, whose probe ends
    /// with its own timeouts.
    ///
    /// @return ready, if one server is at least, with what all that are ready serve; otherwise the
    ///   reason of each
    ProviderHealth ask() throws InterruptedException {
        Map<Replica, Replica.Told> before = new LinkedHashMap<>();
        servers.keySet().forEach(replica -> before.put(replica, replica.told()));
        Map<Replica, ProviderHealth> found = found();
        boolean othersReady = found.keySet().stream().anyMatch(Replica::isReady);
        Instant warmingSince = othersReady ? clock.instant() : null;
        found.forEach((replica, health) ->
                replica.probed(health, Objects.requireNonNull(before.get(replica)), warmingSince));
        return together(found);
    }

    private Map<Replica, ProviderHealth> found() throws InterruptedException {
        List<Callable<ProviderHealth>> questions = new ArrayList<>();
        servers.values().forEach(server -> questions.add(server::probe));
        Map<Replica, ProviderHealth> found = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ProviderHealth>> answers = threads.invokeAll(questions);
            for (Replica replica : servers.keySet()) {
                found.put(replica, answer(replica, answers.get(found.size())));
            }
        }
        return found;
    }

    private static ProviderHealth answer(Replica replica, Future<ProviderHealth> answer)
            throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            Throwable bug = e.getCause();
            log.error("event=probe_failed replica={}", replica.name(), bug);
            return new ProviderHealth.Down(
                    "the probe failed: " + (bug == null ? e : bug).getClass().getSimpleName());
        }
    }

    private static ProviderHealth together(Map<Replica, ProviderHealth> found) {
        List<ProviderHealth.Ready> serving = new ArrayList<>();
        for (Replica replica : found.keySet()) {
            ProviderHealth.Ready seen = replica.seen();
            if (replica.isReady() && seen != null) {
                serving.add(seen);
            }
        }
        if (!serving.isEmpty()) {
            return Together.of(serving);
        }
        String reasons =
                found.entrySet().stream()
                        .map(one -> one.getKey().name() + ": " + reason(one.getValue()))
                        .collect(Collectors.joining("; "));
        return found.values().stream().allMatch(ProviderHealth.CredentialRefused.class::isInstance)
                ? new ProviderHealth.CredentialRefused(reasons)
                : new ProviderHealth.Down(reasons);
    }

    private static String reason(ProviderHealth health) {
        return switch (health) {
            case ProviderHealth.Down down -> down.reason();
            case ProviderHealth.CredentialRefused refused -> refused.reason();
            case ProviderHealth.Ready _ -> "a call found it down meanwhile";
        };
    }
}
