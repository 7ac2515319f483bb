package dev.millrace.worker.intake;

import java.util.NavigableSet;
import java.util.TreeSet;

/// The offsets of one partition that were taken in and are not done. Records complete in any order;
/// what is committed is the low watermark and, in the metadata, the open offsets above it, so that
/// the next owner skips what was done behind one that was slow. The number of open offsets is
/// bounded, not their distance: one long stream stops nobody.
public final class OpenOffsets {

    /// The most open offsets in one partition; their encoding fits a commit's metadata.
    public static final int MOST = 1000;

    private final NavigableSet<Long> open = new TreeSet<>();
    private final NavigableSet<Long> awaited;
    private long next;

    private OpenOffsets(long next, NavigableSet<Long> awaited) {
        this.next = next;
        this.awaited = awaited;
    }

    /// A partition of which nothing was committed.
    ///
    /// @param position the first offset to take in
    public static OpenOffsets startingAt(long position) {
        return new OpenOffsets(position, new TreeSet<>());
    }

    /// A partition as its last owner committed it. Metadata that is not ours counts as none.
    public static OpenOffsets restore(Commit commit) {
        return OffsetCodec.decode(commit)
                .map(decoded -> new OpenOffsets(decoded.next(), new TreeSet<>(decoded.open())))
                .orElseGet(() -> startingAt(commit.offset()));
    }

    /// Takes in the record at `offset`; to be called in the order of the partition.
    ///
    /// @return whether it has to be worked on; false for one that the last owner had done
    public boolean take(long offset) {
        awaited.headSet(offset, false).clear();
        if (offset < next && !awaited.remove(offset)) {
            return false;
        }
        open.add(offset);
        next = Math.max(next, offset + 1);
        return true;
    }

    /// The record at `offset` needs no more work.
    public void done(long offset) {
        open.remove(offset);
    }

    /// How many are open, those included that the last owner left open and that were not read yet.
    public int size() {
        return open.size() + awaited.size();
    }

    /// Whether no more may be taken in until some are done.
    public boolean isFull() {
        return size() >= MOST;
    }

    /// What to commit now.
    public Commit commit() {
        NavigableSet<Long> all = open;
        if (!awaited.isEmpty()) {
            all = new TreeSet<>(open);
            all.addAll(awaited);
        }
        return OffsetCodec.encode(next, all);
    }
}
