package dev.millrace.accounting.stream;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;

/// The binary keys of the stores. They sort as unsigned bytes: first by what kind of entry it is,
/// then by its first part, then by its second.
final class Keys {

    static final UUID FIRST = new UUID(0, 0);
    static final UUID LAST = new UUID(-1, -1);

    private Keys() {}

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /// Reads the id that stands next in the buffer.
    static UUID uuid(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    static Bytes of(char kind) {
        return Bytes.wrap(new byte[] {(byte) kind});
    }

    static Bytes of(char kind, UUID id) {
        return Bytes.wrap(
                ByteBuffer.allocate(17)
                        .put((byte) kind)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array());
    }

    static Bytes of(char kind, UUID first, UUID second) {
        return Bytes.wrap(
                ByteBuffer.allocate(33)
                        .put((byte) kind)
                        .putLong(first.getMostSignificantBits())
                        .putLong(first.getLeastSignificantBits())
                        .putLong(second.getMostSignificantBits())
                        .putLong(second.getLeastSignificantBits())
                        .array());
    }

    /// @param millis since the epoch, at least 0
    static Bytes of(char kind, long millis, UUID id) {
        return Bytes.wrap(
                ByteBuffer.allocate(25)
                        .put((byte) kind)
                        .putLong(millis)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array());
    }
}
