package dev.millrace.router.routing;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Model;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.Target;
import dev.millrace.configuration.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Resolves a model's name to targets, from one snapshot of the configuration and one view of the
/// pools. Immutable.
///
/// A name is, in this order: a model of the configuration; `provider/model`; a model that a
/// provider lists; anything at all, where there is a default provider.
public final class RoutingTable {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final long configVersion;
    private final Configuration configuration;
    private final Map<String, Pool> pools = new LinkedHashMap<>();

    /// @param configVersion the configuration's version
    /// @param reachable the names of the providers whose dispatch topics exist; no other is chosen
    /// @param pools one for each provider that a worker reports
    public RoutingTable(
            long configVersion,
            Configuration configuration,
            Set<String> reachable,
            Collection<Pool> pools) {
        this.configVersion = configVersion;
        this.configuration = configuration;
        Map<String, Pool> reported =
                pools.stream()
                        .collect(
                                Collectors.toMap(
                                        Pool::provider, pool -> pool, (one, other) -> one));
        for (Provider provider : configuration.providers()) {
            if (reachable.contains(provider.name())) {
                Pool unheard = new Pool(provider.name(), false, List.of());
                this.pools.put(provider.name(), reported.getOrDefault(provider.name(), unheard));
            }
        }
        reported.keySet().stream()
                .filter(reachable::contains)
                .sorted()
                .forEach(name -> this.pools.putIfAbsent(name, reported.get(name)));
    }

    public long configVersion() {
        return configVersion;
    }

    public Configuration configuration() {
        return configuration;
    }

    /// Whether a dispatch to this provider can be written.
    public boolean reaches(String provider) {
        return pools.containsKey(provider);
    }

    /// Decides where a request goes.
    ///
    /// @param tenant who asks
    /// @param requestId chooses among weighted targets, so that the same request is decided alike
    ///   again
    public Route resolve(String tenant, UUID requestId, Needs needs) {
        String asked = needs.model() != null ? needs.model() : configuration.defaults().model();
        if (asked == null) {
            return refused(
                    new Refusal.Malformed(
                            "the request names no model, and there is no default", "model"));
        }
        if (!configuration.tenants().isEmpty()) {
            Optional<Tenant> known = configuration.tenant(tenant);
            if (known.isEmpty() || !known.get().mayUse(asked)) {
                return refused(
                        new Refusal.ModelNotAllowed(
                                "tenant '" + tenant + "' may not use model '" + asked + "'"));
            }
        }
        Optional<Model> model = configuration.model(asked);
        return model.isPresent() ? ofModel(model.get(), requestId, needs) : ofName(asked, needs);
    }

    private Route ofModel(Model model, UUID requestId, Needs needs) {
        Set<Candidate> candidates = new LinkedHashSet<>();
        List<Refusal> reasons = new ArrayList<>();
        List<Model> inOrder = new ArrayList<>(List.of(model));
        model.fallbacks().forEach(name -> configuration.model(name).ifPresent(inOrder::add));
        for (Model one : inOrder) {
            Optional<Refusal> unfit =
                    unfit(one.name(), one.capabilities(), one.contextWindow(), needs);
            if (unfit.isPresent()) {
                reasons.add(unfit.get());
            } else {
                candidates.addAll(byWeight(one.targets(), requestId));
            }
        }
        List<Candidate> there = readyFirst(candidates);
        if (!there.isEmpty()) {
            return new Route.Chosen(there, "model " + model.name());
        }
        return refused(
                reasons.isEmpty()
                        ? new Refusal.NoRoute(
                                "no target of model '" + model.name() + "' is there yet", TRY_AGAIN)
                        : reasons.getFirst());
    }

    private Route ofName(String asked, Needs needs) {
        int slash = asked.indexOf('/');
        if (slash > 0 && slash < asked.length() - 1) {
            Pool pinned = pools.get(asked.substring(0, slash));
            if (pinned != null) {
                return listed(
                        List.of(pinned),
                        asked.substring(slash + 1),
                        needs,
                        "pinned to " + pinned.provider());
            }
        }
        List<Pool> serving =
                pools.values().stream()
                        .filter(pool -> pool.serves(asked))
                        .sorted(Comparator.comparing(pool -> !pool.answers(asked)))
                        .toList();
        if (!serving.isEmpty()) {
            return listed(serving, asked, needs, "listed by " + serving.getFirst().provider());
        }
        String provider = configuration.defaults().provider();
        if (provider != null && pools.containsKey(provider)) {
            return listed(List.of(pools.get(provider)), asked, needs, "default provider");
        }
        return refused(unknown(asked));
    }

    private Route listed(List<Pool> serving, String name, Needs needs, String reason) {
        List<Refusal> reasons = new ArrayList<>();
        List<Candidate> candidates = new ArrayList<>();
        for (Pool pool : serving) {
            Optional<Refusal> unfit =
                    pool.models().stream()
                            .filter(served -> served.name().equals(name))
                            .findFirst()
                            .flatMap(served ->
                                    unfit(
                                            name,
                                            served.capabilities(),
                                            served.contextWindow(),
                                            needs));
            unfit.ifPresentOrElse(
                    reasons::add, () -> candidates.add(new Candidate(pool.provider(), name)));
        }
        return candidates.isEmpty()
                ? refused(reasons.getFirst())
                : new Route.Chosen(candidates, reason);
    }

    private Refusal unknown(String asked) {
        List<String> silent =
                pools.values().stream()
                        .filter(pool -> !pool.ready() && pool.models().isEmpty())
                        .map(Pool::provider)
                        .toList();
        if (silent.isEmpty() && !pools.isEmpty()) {
            return new Refusal.ModelNotFound("no provider offers a model named '" + asked + "'");
        }
        return new Refusal.NoRoute(
                silent.isEmpty()
                        ? "no provider is there yet"
                        : "model '"
                                + asked
                                + "' is not known, and these providers have not said yet which models they have: "
                                + String.join(", ", silent),
                TRY_AGAIN);
    }

    private static Optional<Refusal> unfit(
            String model, Set<Capability> offered, @Nullable Long contextWindow, Needs needs) {
        if (contextWindow != null && needs.contextLength() > contextWindow) {
            return Optional.of(
                    new Refusal.ContextTooLong(
                            "model '"
                                    + model
                                    + "' has a context of "
                                    + contextWindow
                                    + " tokens; the request needs about "
                                    + needs.contextLength()));
        }
        if (offered.isEmpty()) {
            return Optional.empty();
        }
        String missing =
                needs.capabilities().stream()
                        .filter(needed ->
                                needed != Capability.STREAMING && !offered.contains(needed))
                        .map(Capability::spelling)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Refusal.CapabilityMissing(
                                "model '" + model + "' does not offer: " + missing));
    }

    /// The target drawn by weight first, the others by falling weight. A target of weight 0 is only
    /// a reserve.
    private static List<Candidate> byWeight(List<Target> targets, UUID requestId) {
        List<Target> left = new ArrayList<>(targets);
        left.sort(Comparator.comparingInt(Target::weight).reversed());
        long total = left.stream().mapToLong(Target::weight).sum();
        if (total > 0) {
            long drawn = Long.remainderUnsigned(mixed(requestId), total);
            int at = 0;
            while (drawn >= left.get(at).weight()) {
                drawn -= left.get(at).weight();
                at++;
            }
            left.addFirst(left.remove(at));
        }
        return left.stream()
                .map(target -> new Candidate(target.provider(), target.model()))
                .toList();
    }

    /// Spreads ids that differ in few bits (the finalizer of SplittableRandom's generator).
    private static long mixed(UUID id) {
        long bits = id.getMostSignificantBits() ^ id.getLeastSignificantBits();
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }

    /// Leaves out providers that cannot be dispatched to, and puts targets that are known to be
    /// down, or to fail again and again, behind those that are not.
    private List<Candidate> readyFirst(Collection<Candidate> candidates) {
        return candidates.stream()
                .filter(candidate -> pools.containsKey(candidate.provider()))
                .sorted(Comparator.comparing(candidate -> !answers(candidate)))
                .toList();
    }

    private boolean answers(Candidate candidate) {
        Pool pool = pools.get(candidate.provider());
        return pool != null && pool.answers(candidate.model());
    }

    private static Route refused(Refusal refusal) {
        return new Route.Refused(refusal);
    }
}
