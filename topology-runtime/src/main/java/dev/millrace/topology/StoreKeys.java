package dev.millrace.topology;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;

/// The binary keys of the stores. A store holds several kinds of entries; a key's first byte says
/// which kind it is. Keys sort as unsigned bytes.
public final class StoreKeys {

    /// Before and after every other id, for ranges.
    public static final UUID FIRST = new UUID(0, 0);

    public static final UUID LAST = new UUID(-1, -1);

    private StoreKeys() {}

    /// An id by itself.
    public static byte[] bytes(UUID id) {
        return put(ByteBuffer.allocate(16), id).array();
    }

    /// Reads the id that stands next in the buffer.
    public static UUID uuid(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /// The key of the one entry of its kind.
    public static Bytes of(char kind) {
        return Bytes.wrap(new byte[] {(byte) kind});
    }

    /// The key of an id's entry.
    public static Bytes of(char kind, UUID id) {
        return Bytes.wrap(start(17, kind, id).array());
    }

    /// The key of two ids' entry, which sorts by the first one.
    public static Bytes of(char kind, UUID first, UUID second) {
        return Bytes.wrap(put(start(33, kind, first), second).array());
    }

    /// The key of one of an id's entries.
    ///
    /// @param rest what tells it from the id's others
    public static Bytes of(char kind, UUID id, byte[] rest) {
        return Bytes.wrap(start(17 + rest.length, kind, id).put(rest).array());
    }

    /// The key of an entry that sorts by time.
    ///
    /// @param millis since the epoch, at least 0
    static Bytes timed(char kind, long millis, UUID id) {
        return Bytes.wrap(
                put(ByteBuffer.allocate(25).put((byte) kind).putLong(millis), id).array());
    }

    static long millis(Bytes timed) {
        return ByteBuffer.wrap(timed.get()).getLong(1);
    }

    static UUID id(Bytes timed) {
        return uuid(ByteBuffer.wrap(timed.get()).position(9));
    }

    private static ByteBuffer start(int length, char kind, UUID id) {
        return put(ByteBuffer.allocate(length).put((byte) kind), id);
    }

    private static ByteBuffer put(ByteBuffer buffer, UUID id) {
        return buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
}
