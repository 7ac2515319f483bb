package dev.millrace.worker.replicas;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
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
                addresses.stream()
                        .map(address -> new Replica(provider, address, null, clock))
                        .toList(),
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
                                            othersReady ? clock.instant() : null,
                                            clock)));
        }
        return new Fleet(provider, all, clock);
    }

    List<Replica> replicas() {
        return replicas;
    }

    /// Chooses a server for a call, which counts as under way there until [Replica#callEnds].
    ///
    /// Those that list the model come before all others, then those that are ready, that do not
    /// throttle, that do not rest: where the model's servers are down, another one would only say
    /// that it does not know it.
    ///
    /// @param tried servers that could not be reached
    /// @return null if none is left
    synchronized @Nullable Replica begin(Wish wish, Collection<Replica> tried) {
        Instant now = clock.instant();
        List<Replica> able = able(wish.model(), tried);
        List<Replica> ready = preferred(able, Replica::isReady);
        List<Replica> willing = preferred(ready, one -> one.throttling(now) == null);
        return begin(wish, preferred(willing, one -> !one.rests(now)), now);
    }

    /// As [#begin(Wish, Collection)], among those that are ready and do not rest.
    synchronized @Nullable Replica beginRested(Wish wish, Collection<Replica> tried) {
        Instant now = clock.instant();
        return begin(
                wish,
                able(wish.model(), tried).stream()
                        .filter(one -> one.isReady() && !one.rests(now))
                        .toList(),
                now);
    }

    /// How long the first of the other servers of the model throttles; one that does not, does so
    /// until now.
    ///
    /// @return empty where no other is ready
    Optional<Rest.Throttling> throttling(String model, Replica but) {
        Instant now = clock.instant();
        Rest.Throttling none = new Rest.Throttling(now, now, false);
        return able(model, List.of(but)).stream()
                .filter(Replica::isReady)
                .map(one -> Objects.requireNonNullElse(one.throttling(now), none))
                .min(Comparator.comparing(Rest.Throttling::until));
    }

    private List<Replica> able(String model, Collection<Replica> tried) {
        boolean listed = replicas.stream().anyMatch(one -> one.serves(model));
        return replicas.stream()
                .filter(one -> !listed || one.serves(model))
                .filter(one -> !tried.contains(one))
                .toList();
    }

    /// Those of which this is true, or all.
    private static List<Replica> preferred(List<Replica> replicas, Predicate<Replica> preference) {
        List<Replica> preferred = replicas.stream().filter(preference).toList();
        return preferred.isEmpty() ? replicas : preferred;
    }

    private @Nullable Replica begin(Wish wish, List<Replica> open, Instant now) {
        if (open.isEmpty()) {
            return null;
        }
        Replica chosen = Choice.among(candidates(open, now), wish);
        chosen.callBegins();
        return chosen;
    }

    /// A server's weight is the number of its slots, where all of them tell it, and less while it
    /// warms up.
    private List<Choice.Candidate> candidates(List<Replica> open, Instant now) {
        boolean bySlots = open.stream().allMatch(one -> one.slots() > 0);
        return open.stream()
                .map(one ->
                        new Choice.Candidate(
                                one, (bySlots ? one.slots() : 1) * one.warmth(now), one.underWay()))
                .toList();
    }
}
