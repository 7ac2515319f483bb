package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.PriceSet.Holding;
import dev.millrace.topology.StoreKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The prices that a partition's charges were computed with, and those that make a difference until
/// every charge was seen. Each is an entry of the store, however long the list is. Not thread-safe.
final class AdoptedPrices {

    /// There is a list of adopted prices, even if it is empty.
    private static final Bytes KNOWN = StoreKeys.of('q');

    private static final char ADOPTED = 'p';
    private static final char DIFFERING = 'n';

    private final KeyValueStore<Bytes, byte[]> store;

    /// @param store whose other entries are of other kinds
    AdoptedPrices(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /// Adopts prices. What they change of those that were adopted before makes a difference from
    /// now on; the first ones change nothing.
    void adopt(PriceSet configured) {
        boolean first = store.get(KNOWN) == null;
        PriceSet adopted = read(ADOPTED);
        adopted.difference(configured)
                .entries()
                .forEach((id, holding) -> {
                    byte[] value = bytes(holding);
                    store.put(
                            key(ADOPTED, id), configured.entries().containsKey(id) ? value : null);
                    if (!first) {
                        store.put(key(DIFFERING, id), value);
                    }
                });
        if (first) {
            store.put(KNOWN, new byte[0]);
        }
    }

    /// What makes a difference.
    PriceSet differing() {
        return read(DIFFERING);
    }

    /// Every charge was seen.
    void settle() {
        read(DIFFERING).entries().keySet().forEach(id -> store.delete(key(DIFFERING, id)));
    }

    private PriceSet read(char kind) {
        Map<String, Holding> entries = new HashMap<>();
        for (KeyValue<Bytes, byte[]> entry : all(kind)) {
            byte[] key = entry.key.get();
            String id = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
            entries.put(id, holding(entry.value));
        }
        return new PriceSet(entries);
    }

    private List<KeyValue<Bytes, byte[]>> all(char kind) {
        List<KeyValue<Bytes, byte[]>> all = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> iterator =
                store.range(StoreKeys.of(kind), StoreKeys.of((char) (kind + 1)))) {
            while (iterator.hasNext()) {
                KeyValue<Bytes, byte[]> entry = iterator.next();
                if (entry.key.get()[0] == (byte) kind && entry.key.get().length > 1) {
                    all.add(entry);
                }
            }
        }
        return all;
    }

    private static Bytes key(char kind, String id) {
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[1 + text.length];
        key[0] = (byte) kind;
        System.arraycopy(text, 0, key, 1, text.length);
        return Bytes.wrap(key);
    }

    private static byte[] bytes(Holding holding) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(holding.provider());
            out.writeUTF(holding.model());
            out.writeLong(holding.from().getEpochSecond());
            out.writeInt(holding.from().getNano());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    private static Holding holding(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new Holding(
                    in.readUTF(), in.readUTF(), Instant.ofEpochSecond(in.readLong(), in.readInt()));
        } catch (IOException e) {
            throw new UncheckedIOException("the store's entry of a price is cut short", e);
        }
    }
}
