package dev.millrace.worker.intake;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/// Writes the open offsets of a partition into the metadata of its commit: `m1:` and, in Base64,
/// the distance from the low watermark to the next offset to take in, followed by the gaps between
/// the open offsets, as variable-length numbers of seven bits to the byte. The first open offset is
/// the low watermark itself.
///
/// Kafka bounds metadata at 4096 bytes (`offset.metadata.max.bytes`), of which 64 are left to what
/// else is committed. Where the open offsets do not fit, the rest counts as not taken in: it may be
/// done again, and nothing is lost.
final class OffsetCodec {

    /// What metadata says: everything from the low watermark to `next` is done but for `open`.
    record Decoded(long next, List<Long> open) {}

    static final int MOST_CHARACTERS = 4096 - 64;

    private static final String MARK = "m1:";
    private static final int MOST_BYTES = (MOST_CHARACTERS - MARK.length()) / 4 * 3;
    private static final int LONGEST_NUMBER = 10;

    private OffsetCodec() {}

    static Commit encode(long next, NavigableSet<Long> open) {
        if (open.isEmpty()) {
            return new Commit(next, "");
        }
        long base = open.first();
        ByteBuffer gaps = ByteBuffer.allocate(MOST_BYTES - LONGEST_NUMBER);
        long last = base;
        long known = next;
        for (long offset : open.tailSet(base, false)) {
            if (gaps.remaining() < LONGEST_NUMBER) {
                known = offset;
                break;
            }
            write(gaps, offset - last);
            last = offset;
        }
        ByteBuffer all = ByteBuffer.allocate(MOST_BYTES);
        write(all, known - base);
        all.put(gaps.flip()).flip();
        byte[] bytes = new byte[all.remaining()];
        all.get(bytes);
        return new Commit(base, MARK + Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }

    /// Empty for metadata that this codec did not write.
    static Optional<Decoded> decode(Commit commit) {
        if (!commit.metadata().startsWith(MARK)) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(
                            Base64.getDecoder().decode(commit.metadata().substring(MARK.length())));
            long next = Math.addExact(commit.offset(), read(bytes));
            List<Long> open = new ArrayList<>();
            open.add(commit.offset());
            while (bytes.hasRemaining()) {
                long gap = read(bytes);
                long offset = Math.addExact(open.getLast(), gap);
                if (gap < 1 || offset >= next) {
                    return Optional.empty();
                }
                open.add(offset);
            }
            return next > commit.offset() ? Optional.of(new Decoded(next, open)) : Optional.empty();
        } catch (IllegalArgumentException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    private static void write(ByteBuffer out, long number) {
        long rest = number;
        while (rest >= 0x80) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long read(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (!in.hasRemaining()) {
                throw new IllegalArgumentException("the number is cut off");
            }
            byte part = in.get();
            number |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("the number is too long");
    }
}
