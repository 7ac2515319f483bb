package dev.millrace.accounting.stream;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Some price entries, in a form that outlives the list they stood in. Immutable.
///
/// @param entries what each is the price of, by its id
record PriceSet(Map<String, Holding> entries) {

    /// What an entry is the price of.
    ///
    /// @param provider the provider's name or kind
    /// @param model [PriceEntry#ANY_MODEL] for all that have no entry of their own
    /// @param from when it begins to hold
    record Holding(String provider, String model, Instant from) {}

    PriceSet {
        entries = Map.copyOf(entries);
    }

    /// The configured entries of a list. The starter list is not among them: a newer release does
    /// not change what was charged by an older one.
    static PriceSet configured(PriceList prices) {
        Map<String, Holding> entries = new HashMap<>();
        for (PriceEntry entry : prices.configured()) {
            entries.put(
                    entry.id(),
                    new Holding(entry.provider(), entry.model(), entry.effectiveFrom()));
        }
        return new PriceSet(entries);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean contains(PriceEntry entry) {
        return entries.containsKey(entry.id());
    }

    /// The entries that only one of the two has.
    PriceSet difference(PriceSet other) {
        Map<String, Holding> differing = new HashMap<>(entries);
        differing.keySet().removeAll(other.entries.keySet());
        Set<String> others = new HashSet<>(other.entries.keySet());
        others.removeAll(entries.keySet());
        others.forEach(id -> differing.put(id, other.entries.get(id)));
        return new PriceSet(differing);
    }
}
