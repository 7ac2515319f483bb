package dev.millrace.worker.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Keeps a streamed answer until it is whole, cut as its records will carry it. For one thread.
final class CollectedChunks {
    private final int largestPart;
    private final int longest;
    private final List<byte[]> full = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private long size;

    /// @param largestPart in bytes
    /// @param longest the most that is kept, in bytes
    CollectedChunks(int largestPart, int longest) {
        this.largestPart = largestPart;
        this.longest = longest;
    }

    /// @return false if that would be more than is kept: nothing has been added
    boolean add(byte[] chunks) {
        if (size + chunks.length > longest) {
            return false;
        }
        size += chunks.length;
        int from = 0;
        while (from < chunks.length) {
            int length = Math.min(largestPart - open.size(), chunks.length - from);
            open.write(chunks, from, length);
            from += length;
            if (open.size() == largestPart) {
                full.add(open.toByteArray());
                open.reset();
            }
        }
        return true;
    }

    /// Everything, in order; at least one part.
    List<ByteBuffer> parts() {
        List<ByteBuffer> parts = new ArrayList<>(full.size() + 1);
        full.forEach(part -> parts.add(ByteBuffer.wrap(part)));
        if (open.size() > 0 || parts.isEmpty()) {
            parts.add(ByteBuffer.wrap(open.toByteArray()));
        }
        return parts;
    }

    void clear() {
        full.clear();
        open.reset();
        size = 0;
    }
}
