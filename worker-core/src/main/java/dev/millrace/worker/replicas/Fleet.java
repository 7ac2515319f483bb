package dev.millrace.worker.replicas;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The servers of one provider, and which of them a call goes to. Thread-safe.
final class Fleet {
    private final String provider;
    private final List<Replica> replicas;
    private final InstantSource clock;

    private Fleet(String provider, List<Replica> replicas, InstantSource clock) {
        this.provider = provider;
        this.replicas = List.copyOf(replicas);
        this.clock = clock;
    }

    /// Servers of which nothing is known: all of them count as ready, and as warm.
    ///
    /// @param provider for the log
    /// @param addresses each once
    static Fleet of(String provider, List<URI> addresses, InstantSource clock) {
        return new Fleet(
                provider,
                addresses.stream().map(address -> new Replica(provider, address, null)).toList(),
                clock);
    }

    /// The servers after a change of the configuration. Of those that stay everything is known as
    /// before, their calls under way too; those that come warm up, if others are ready.
    Fleet changedTo(List<URI> addresses) {
        List<Replica> staying =
                replicas.stream().filter(one -> addresses.contains(one.address())).toList();
        boolean othersReady = staying.stream().anyMatch(Replica::isReady);
        List<Replica> all = new ArrayList<>();
        for (URI address : addresses) {
            all.add(
                    staying.stream()
                            .filter(one -> one.address().equals(address))
                            .findFirst()
                            .orElseGet(() ->
                                    new Replica(
                                            provider,
                                            address,
                                            othersReady ? clock.instant() : null)));
        }
        return new Fleet(provider, all, clock);
    }

    List<Replica> replicas() {
        return replicas;
    }

    /// Chooses a server for a call, which counts as under way there until [Replica#callEnds].
    ///
    /// Those that list the model come before all others, then those that are ready: where the
    /// model's servers are down, another one would only say that it does not know it.
    ///
    /// @param tried servers that could not be reached
    /// @return null if none is left
    synchronized @Nullable Replica begin(Wish wish, Collection<Replica> tried) {
        List<Choice.Candidate> candidates = candidates(wish.model(), tried);
        if (candidates.isEmpty()) {
            return null;
        }
        Replica chosen = Choice.among(candidates, wish);
        chosen.callBegins();
        return chosen;
    }

    /// Those that may be chosen. A server's weight is the number of its slots, where all of them
    /// tell it, and less while it warms up.
    private List<Choice.Candidate> candidates(String model, Collection<Replica> tried) {
        boolean listed = replicas.stream().anyMatch(one -> one.serves(model));
        List<Replica> able =
                replicas.stream()
                        .filter(one -> !listed || one.serves(model))
                        .filter(one -> !tried.contains(one))
                        .toList();
        List<Replica> ready = able.stream().filter(Replica::isReady).toList();
        List<Replica> open = ready.isEmpty() ? able : ready;
        boolean bySlots = open.stream().allMatch(one -> one.slots() > 0);
        Instant now = clock.instant();
        return open.stream()
                .map(one ->
                        new Choice.Candidate(
                                one, (bySlots ? one.slots() : 1) * one.warmth(now), one.underWay()))
                .toList();
    }
}
