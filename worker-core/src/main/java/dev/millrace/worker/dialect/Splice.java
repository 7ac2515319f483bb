package dev.millrace.worker.dialect;

import java.util.ArrayList;
import java.util.List;

/// Replacements in a sequence of bytes, given in ascending order and made in one copy.
final class Splice {
    private record Edit(int from, int to, byte[] with) {}

    private final byte[] original;
    private final List<Edit> edits = new ArrayList<>(2);
    private int length;

    Splice(byte[] original) {
        this.original = original;
        this.length = original.length;
    }

    Splice replace(int from, int to, byte[] with) {
        edits.add(new Edit(from, to, with));
        length += with.length - (to - from);
        return this;
    }

    byte[] result() {
        if (edits.isEmpty()) {
            return original;
        }
        byte[] result = new byte[length];
        int read = 0;
        int written = 0;
        for (Edit edit : edits) {
            System.arraycopy(original, read, result, written, edit.from() - read);
            written += edit.from() - read;
            System.arraycopy(edit.with(), 0, result, written, edit.with().length);
            written += edit.with().length;
            read = edit.to();
        }
        System.arraycopy(original, read, result, written, original.length - read);
        return result;
    }
}
