package dev.millrace.configuration.prices;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Effective-dated prices. Immutable.
///
/// What is configured, in the document or beside it, is one list: of two entries that hold from the
/// same time the document's counts. What it says of a provider's name comes before what it says of
/// the provider's kind, and that before the starter list.
public final class PriceList {

    /// No price is known.
    public static final PriceList EMPTY = new PriceList(List.of(), List.of(), Map.of());

    private record Key(String provider, String model) {}

    private final List<PriceEntry> document;
    private final List<PriceEntry> starterEntries;
    private final Map<Key, NavigableMap<Instant, PriceEntry>> configured;
    private final Map<Key, NavigableMap<Instant, PriceEntry>> starter;
    private final Map<String, String> kinds;
    private final List<PriceEntry> entries;

    /// @param document the configuration document's entries
    /// @param starter entries by provider kind
    /// @param kinds the kind of each provider, by name
    /// @throws IllegalArgumentException if two entries of one list hold from the same time
    public PriceList(
            List<PriceEntry> document, List<PriceEntry> starter, Map<String, String> kinds) {
        this(document, List.of(), starter, index(starter), kinds);
    }

    private PriceList(
            List<PriceEntry> document,
            Collection<PriceEntry> beside,
            List<PriceEntry> starterEntries,
            Map<Key, NavigableMap<Instant, PriceEntry>> starter,
            Map<String, String> kinds) {
        this.document = List.copyOf(document);
        this.starterEntries = List.copyOf(starterEntries);
        this.starter = starter;
        this.kinds = Map.copyOf(kinds);
        this.configured = index(document);
        for (PriceEntry entry : beside) {
            dated(configured, entry).putIfAbsent(entry.effectiveFrom(), entry);
        }
        List<PriceEntry> all = new ArrayList<>();
        configured.values().forEach(dated -> all.addAll(dated.values()));
        this.entries = List.copyOf(all);
    }

    /// This list with other entries beside the document's.
    ///
    /// @param beside no two of them hold from the same time
    public PriceList beside(Collection<PriceEntry> beside) {
        return new PriceList(document, beside, starterEntries, starter, kinds);
    }

    /// The entries of the document, and those beside it that count.
    public List<PriceEntry> configured() {
        return entries;
    }

    /// The entries that Millrace brings along, by provider kind.
    public List<PriceEntry> starter() {
        return starterEntries;
    }

    /// The kind of a provider; its name where it is not configured.
    public String kind(String provider) {
        return kinds.getOrDefault(provider, provider);
    }

    /// The entry that holds at a time; empty if no price is known then.
    ///
    /// @param provider the provider's name
    /// @param model the model's name there
    public Optional<PriceEntry> asOf(String provider, String model, Instant time) {
        String kind = kind(provider);
        PriceEntry entry = find(configured, provider, model, time);
        if (entry == null && !kind.equals(provider)) {
            entry = find(configured, kind, model, time);
        }
        return Optional.ofNullable(entry == null ? find(starter, kind, model, time) : entry);
    }

    /// The configured entry of exactly this provider, or kind, and model that holds at a time.
    public Optional<PriceEntry> configured(String provider, String model, Instant time) {
        return Optional.ofNullable(at(configured, new Key(provider, model), time));
    }

    private static @Nullable PriceEntry find(
            Map<Key, NavigableMap<Instant, PriceEntry>> index,
            String provider,
            String model,
            Instant time) {
        PriceEntry exact = at(index, new Key(provider, model), time);
        return exact != null ? exact : at(index, new Key(provider, PriceEntry.ANY_MODEL), time);
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
            PriceEntry other = dated(index, entry).put(entry.effectiveFrom(), entry);
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

    private static NavigableMap<Instant, PriceEntry> dated(
            Map<Key, NavigableMap<Instant, PriceEntry>> index, PriceEntry entry) {
        return index.computeIfAbsent(
                new Key(entry.provider(), entry.model()), key -> new TreeMap<>());
    }
}
