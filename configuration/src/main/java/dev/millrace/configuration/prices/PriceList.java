package dev.millrace.configuration.prices;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Effective-dated prices. What the document says of a provider and model comes before what the
/// starter list says of the provider's kind. Immutable.
public final class PriceList {

    /// No price is known.
    public static final PriceList EMPTY = new PriceList(List.of(), List.of(), Map.of());

    private record Key(String provider, String model) {}

    private final List<PriceEntry> entries;
    private final Map<Key, NavigableMap<Instant, PriceEntry>> configured;
    private final Map<Key, NavigableMap<Instant, PriceEntry>> starter;
    private final Map<String, String> kinds;

    /// @param configured entries by provider name
    /// @param starter entries by provider kind
    /// @param kinds the kind of each provider, by name
    /// @throws IllegalArgumentException if two entries hold from the same time
    public PriceList(
            List<PriceEntry> configured, List<PriceEntry> starter, Map<String, String> kinds) {
        this.entries = List.copyOf(configured);
        this.configured = index(configured);
        this.starter = index(starter);
        this.kinds = Map.copyOf(kinds);
    }

    /// The entries of the document.
    public List<PriceEntry> configured() {
        return entries;
    }

    /// The entry that holds at a time; empty if no price is known then.
    ///
    /// @param provider the provider's name
    /// @param model the model's name there
    public Optional<PriceEntry> asOf(String provider, String model, Instant time) {
        String kind = kinds.getOrDefault(provider, provider);
        return Optional.ofNullable(find(configured, provider, model, time))
                .or(() -> Optional.ofNullable(find(starter, kind, model, time)));
    }

    private static @Nullable PriceEntry find(
            Map<Key, NavigableMap<Instant, PriceEntry>> index,
            String provider,
            String model,
            Instant time) {
        PriceEntry exact = at(index, new Key(provider, model), time);
        return exact != null ? exact : at(index, new Key(provider, "*"), time);
    }

    private static @Nullable PriceEntry at(
            Map<Key, NavigableMap<Instant, PriceEntry>> index, Key key, Instant time) {
        NavigableMap<Instant, PriceEntry> dated = index.get(key);
        if (dated == null) {
            return null;
        }
        Map.Entry<Instant, PriceEntry> entry = dated.floorEntry(time);
        return entry == null ? null : entry.getValue();
    }

    private static Map<Key, NavigableMap<Instant, PriceEntry>> index(
            Collection<PriceEntry> entries) {
        Map<Key, NavigableMap<Instant, PriceEntry>> index = new HashMap<>();
        for (PriceEntry entry : entries) {
            PriceEntry other =
                    index.computeIfAbsent(
                                    new Key(entry.provider(), entry.model()),
                                    key -> new TreeMap<>())
                            .put(entry.effectiveFrom(), entry);
            if (other != null) {
                throw new IllegalArgumentException(
                        "two prices of "
                                + entry.provider()
                                + "/"
                                + entry.model()
                                + " hold from "
                                + entry.effectiveFrom());
            }
        }
        return index;
    }
}
