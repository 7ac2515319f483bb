package dev.millrace.accounting.stream;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Some price entries, in a form that outlives the configuration they stood in. Immutable.
///
/// @param entries what each is the price of, by its id
record PriceSet(SortedMap<String, Holding> entries) {

    /// What an entry is the price of.
    ///
    /// @param model `*` for all that have no entry of their own
    /// @param from when it begins to hold
    record Holding(String provider, String model, Instant from) {}

    private static final PriceSet EMPTY = new PriceSet(new TreeMap<>());

    /// The configured entries of a list. The starter list is not among them: a newer release does
    /// not change what was charged by an older one.
    static PriceSet configured(PriceList prices) {
        SortedMap<String, Holding> entries = new TreeMap<>();
        for (PriceEntry entry : prices.configured()) {
            entries.put(
                    entry.id(),
                    new Holding(entry.provider(), entry.model(), entry.effectiveFrom()));
        }
        return new PriceSet(entries);
    }

    /// Reads what [#bytes] wrote.
    ///
    /// @param bytes null for no entries
    static PriceSet of(byte @Nullable [] bytes) {
        if (bytes == null) {
            return EMPTY;
        }
        SortedMap<String, Holding> entries = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int size = in.readInt();
            for (int i = 0; i < size; i++) {
                String id = in.readUTF();
                String provider = in.readUTF();
                String model = in.readUTF();
                Instant from = Instant.ofEpochSecond(in.readLong(), in.readInt());
                entries.put(id, new Holding(provider, model, from));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the store's list of prices is cut short", e);
        }
        return new PriceSet(entries);
    }

    /// As a store keeps it.
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(entries.size());
            for (Map.Entry<String, Holding> entry : entries.entrySet()) {
                Holding holding = entry.getValue();
                out.writeUTF(entry.getKey());
                out.writeUTF(holding.provider());
                out.writeUTF(holding.model());
                out.writeLong(holding.from().getEpochSecond());
                out.writeInt(holding.from().getNano());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean contains(PriceEntry entry) {
        return entries.containsKey(entry.id());
    }

    /// The entries of this and of the other.
    PriceSet union(PriceSet other) {
        SortedMap<String, Holding> all = new TreeMap<>(entries);
        all.putAll(other.entries);
        return new PriceSet(all);
    }

    /// The entries that only one of the two has.
    PriceSet difference(PriceSet other) {
        SortedMap<String, Holding> differing = new TreeMap<>(union(other).entries);
        differing.keySet().removeIf(id -> entries.containsKey(id) && other.entries.containsKey(id));
        return new PriceSet(differing);
    }
}
