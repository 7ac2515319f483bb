package dev.millrace.router.store;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;

/// The binary keys of the stores. A store holds several kinds of entries; a key's first byte says
/// which kind it is. Keys sort as unsigned bytes.
public final class StoreKeys {

    private static final UUID FIRST = new UUID(0, 0);
    private static final UUID LAST = new UUID(-1, -1);

    private StoreKeys() {}

    /// The key of a request's entry.
    public static Bytes of(char kind, UUID request) {
        return Bytes.wrap(start(17, kind, request).array());
    }

    /// The key of one of a request's entries.
    ///
    /// @param rest what tells it from the request's others
    public static Bytes of(char kind, UUID request, byte[] rest) {
        return Bytes.wrap(start(17 + rest.length, kind, request).put(rest).array());
    }

    static Bytes first(char kind, long millis) {
        return timed(kind, millis, FIRST);
    }

    static Bytes last(char kind, long millis) {
        return timed(kind, millis, LAST);
    }

    /// @param millis since the epoch, at least 0
    static Bytes timed(char kind, long millis, UUID request) {
        return Bytes.wrap(
                ByteBuffer.allocate(25)
                        .put((byte) kind)
                        .putLong(millis)
                        .putLong(request.getMostSignificantBits())
                        .putLong(request.getLeastSignificantBits())
                        .array());
    }

    static long millis(Bytes timed) {
        return ByteBuffer.wrap(timed.get()).getLong(1);
    }

    static UUID request(Bytes timed) {
        ByteBuffer buffer = ByteBuffer.wrap(timed.get());
        return new UUID(buffer.getLong(9), buffer.getLong(17));
    }

    private static ByteBuffer start(int length, char kind, UUID request) {
        return ByteBuffer.allocate(length)
                .put((byte) kind)
                .putLong(request.getMostSignificantBits())
                .putLong(request.getLeastSignificantBits());
    }
}
